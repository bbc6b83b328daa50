"""The copy of a source that an earlier run has left in a working folder, as a source of its own."""

import stat
from contextlib import suppress
from pathlib import Path, PurePosixPath

from cellwright.stacks.reading.module import is_configuration
from cellwright.stacks.source.folder import FoundFile
from cellwright.stacks.source.tree import StackFile, StackTree, tree_digest
from cellwright.terraform.workspace.copy_record import read_record
from cellwright.terraform.workspace.unit_folder import UnitFolder


def kept_copy(folder: UnitFolder, digest: str) -> StackTree | None:
    """Give the tree of a working folder's copy if it is complete and is the one with this digest.

    Whoever uses it compares every file with its digest in the tree again.
    """
    record = read_record(folder.copy_record)
    marks = {name: mark for name, mark in record.files.items() if mark is not None}
    if record.digest != digest or len(marks) < len(record.files):
        return None
    with suppress(OSError):
        found = {
            name: FoundFile(
                str(folder.source / name), _executable(folder.source / name), bytes.fromhex(mark.sha256), None
            )
            for name, mark in marks.items()
        }
        modules = {PurePosixPath(name).parent.as_posix() for name in found if is_configuration(name)}
        for module in sorted(modules):
            if digest in (tree_digest(module, found), tree_digest(module, found, "tofu")):
                return _tree(folder, module, digest, found)
    return None


def _tree(folder: UnitFolder, module: str, digest: str, found: dict[str, FoundFile]) -> StackTree:
    files = tuple(
        StackFile(name, Path(item.source), item.executable, item.digest)
        for name, item in sorted(found.items())
    )
    return StackTree(
        files=files,
        module=module,
        digest=digest,
        label=str(folder.source),
        commit=None,
        folder=folder.source,
    )


def _executable(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXUSR)
