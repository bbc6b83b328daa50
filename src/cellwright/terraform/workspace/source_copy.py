"""The copy of a stack's source in which Terraform runs, and the mapping of copied files to their sources.

The copy is renewed only when the source's digest differs.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cellwright.files.atomic import write_file
from cellwright.files.private import PRIVATE_FILE, PRIVATE_FOLDER, make_private_folder
from cellwright.stacks.source.tree import StackFile, StackTree
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder
from cellwright.terraform.workspace.value_files import remove_value_files

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class _CopyRecord:
    digest: str
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Where the files of one stack came from."""

    module: str
    """The root module's path inside the tree, where Terraform runs."""
    files: Mapping[str, Path]
    """Path inside the tree to the file that it was copied from."""
    root: Path
    """The fleet's root: a file inside it is named relative to it."""

    @classmethod
    def of(cls, tree: StackTree, root: Path) -> "SourceMap":
        """Map the files of `tree`."""
        return cls(tree.module, {file.path: file.source for file in tree.files}, root)

    def original(self, name: str) -> str:
        """Give the source file of what Terraform calls `name` (relative to where it runs), for messages."""
        source = self.files.get(os.path.normpath(f"{self.module}/{name}"))
        if source is None:
            return name
        return str(source.relative_to(self.root) if source.is_relative_to(self.root) else source)


def copy_source(tree: StackTree, folder: UnitFolder) -> Path:
    """Make the copy match `tree` and give the folder of its root module.

    What Terraform put there stays (`.terraform`, files that a plan made); what an earlier tree had and this
    one has not is removed. A copy that was interrupted is made again.

    Raises:
        OSError: the copy can't be made.
    """
    module = folder.source / tree.module
    mark = _read_record(folder.copy_record)
    if mark.digest == tree.digest and module.is_dir():
        return module
    # First: until the copy is complete, it belongs to no tree.
    for path in (folder.copy_record, folder.init_record):
        path.unlink(missing_ok=True)
    remove_value_files(folder.source)
    names = {file.path for file in tree.files}
    _remove(folder.source, (mark.files | {_lock_file(tree)}) - names)
    for file in tree.files:
        _copy(file, folder.source)
    make_private_folder(module)
    content = json.dumps({"digest": tree.digest, "files": sorted(names)})
    write_file(folder.copy_record, content.encode())
    return module


def _read_record(path: Path) -> _CopyRecord:
    try:
        found = json.loads(path.read_bytes())
        return _CopyRecord(str(found["digest"]), frozenset(map(str, found["files"])))
    except (OSError, ValueError, KeyError, TypeError):
        return _CopyRecord("", frozenset())


def _lock_file(tree: StackTree) -> str:
    """The root module's lock file; one that `init` wrote for another source must not apply to this one."""
    return PurePosixPath(tree.module, LOCK_FILE).as_posix()


def _remove(source: Path, names: Iterable[str]) -> None:
    for name in names:
        with suppress(FileNotFoundError, NotADirectoryError):
            (source / name).unlink()


def _copy(file: StackFile, source: Path) -> None:
    target = source / file.path
    make_private_folder(target.parent)
    content = file.source.read_bytes()
    mode = PRIVATE_FOLDER if file.executable else PRIVATE_FILE
    descriptor = os.open(target, _WRITE, mode)
    with os.fdopen(descriptor, "wb") as opened:
        os.fchmod(descriptor, mode)
        opened.write(content)
