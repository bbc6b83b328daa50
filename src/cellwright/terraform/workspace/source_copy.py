"""The copy of a stack's source in which Terraform runs: made when its digest differs, else left alone."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cellwright.files.atomic import write_file
from cellwright.files.private import PRIVATE_FILE, PRIVATE_FOLDER, make_private_folder
from cellwright.stacks.source.tree import StackFile, StackTree
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder

_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class _Mark:
    digest: str
    files: frozenset[str]


def materialise(tree: StackTree, folder: UnitFolder) -> Path:
    """Make the copy match `tree` and give the folder of its root module.

    What Terraform put there stays (`.terraform`, files that a plan made); what an earlier tree had and this
    one has not is removed. A copy that was interrupted is made again.

    Raises:
        OSError: the copy can't be made.
    """
    module = folder.source / tree.module
    mark = _read_mark(folder.tree_mark)
    if mark.digest == tree.digest and module.is_dir():
        return module
    # First of all: from here on the copy is of no tree, until it is complete.
    for path in (folder.tree_mark, folder.init_mark):
        path.unlink(missing_ok=True)
    names = {file.path for file in tree.files}
    _remove(folder.source, (mark.files | {_lock_file(tree)}) - names)
    for file in tree.files:
        _copy(file, folder.source)
    make_private_folder(module)
    content = json.dumps({"digest": tree.digest, "files": sorted(names)})
    write_file(folder.tree_mark, content.encode())
    return module


def _read_mark(path: Path) -> _Mark:
    try:
        found = json.loads(path.read_bytes())
        return _Mark(str(found["digest"]), frozenset(map(str, found["files"])))
    except (OSError, ValueError, KeyError, TypeError):
        return _Mark("", frozenset())


def _lock_file(tree: StackTree) -> str:
    """The root module's lock file: one that `init` made for another source must not bind this one."""
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
