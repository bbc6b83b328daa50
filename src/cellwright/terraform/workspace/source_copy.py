"""The copy of a stack's source in which Terraform runs, and the mapping of copied files to their sources.

The copy is what was digested: each file is checked while it is copied, and again whenever the copy is used.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cellwright.files.file_mark import FileMark, still_marked
from cellwright.files.private import make_private_folder
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.stacks.reading.module import is_configuration
from cellwright.stacks.source.folder import is_file_of_values
from cellwright.stacks.source.tree import StackFile, StackTree
from cellwright.terraform.workspace.copy_record import CopyRecord, read_record, write_record
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder
from cellwright.terraform.workspace.value_files import remove_value_files

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_PLAIN, _EXECUTABLE = 0o644, 0o755
"""As git keeps permissions, so that what packs the files makes the same package from every clone. The unit's
folder, which the copy lies in, is closed to others."""


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

    Every file is compared with its digest in `tree`, while it is copied and each time the copy is used again.
    One that was lost or changed in the copy is written anew. What Terraform put there stays (`.terraform`,
    files that a plan made); what an earlier tree had and this one has not is removed. An interrupted copy is
    completed.

    Raises:
        OSError: the copy can't be made.
        DiagnosticError: the source is no longer what `tree` says; no changed file was copied.
    """
    record = read_record(folder.copy_record)
    same = record.digest == tree.digest
    if not same:
        _begin(tree, folder, record)
    made: set[PurePosixPath] = set()
    _make_folder(folder.source, PurePosixPath(tree.module), made)
    lock_file = _lock_file(tree)
    marks: dict[str, FileMark | None] = {}
    for file in tree.files:
        mark = record.files.get(file.path)
        target = folder.source / file.path
        if same and file.path == lock_file and target.is_file():
            marks[file.path] = mark  # `init` completes it
        else:
            marks[file.path] = _verified(file, target, mark) or _copy(tree, file, folder.source, made)
    if not same or marks != record.files:
        write_record(folder.copy_record, CopyRecord(tree.digest, marks))
    return folder.source / tree.module


def _begin(tree: StackTree, folder: UnitFolder, record: CopyRecord) -> None:
    """Take away what belongs to another tree. Until the copy is complete, its record names no tree."""
    folder.init_record.unlink(missing_ok=True)
    if not os.path.lexists(folder.source):
        return
    names = {file.path for file in tree.files}
    if folder.source.exists():
        kept = {name: record.files.get(name) for name in (*record.files, *names)}
        write_record(folder.copy_record, CopyRecord("", kept, known=record.known))
    remove_value_files(folder.source)
    if not record.known:
        _remove_configuration(folder.source, names)
    _remove(folder.source, (record.files.keys() | {_lock_file(tree)}) - names)


def _lock_file(tree: StackTree) -> str:
    """The root module's lock file; one that `init` wrote for another source must not apply to this one."""
    return PurePosixPath(tree.module, LOCK_FILE).as_posix()


def _remove(source: Path, names: Iterable[str]) -> None:
    """Remove files, and folders that are empty then."""
    for name in names:
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            (source / name).unlink()
        with suppress(OSError):
            for parent in PurePosixPath(name).parents[:-1]:
                (source / parent).rmdir()


def _remove_configuration(source: Path, names: Container[str]) -> None:
    """Remove configuration that is not in `names`: nobody knows which tree it was of."""
    for place, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name != ".terraform"]
        for path in (
            Path(place, name) for name in files if is_configuration(name) or is_file_of_values(name)
        ):
            if path.relative_to(source).as_posix() not in names:
                path.unlink()


def _verified(file: StackFile, target: Path, mark: FileMark | None) -> FileMark | None:
    """Give the mark of a copied file that is as it should be; None if it has to be written."""
    with suppress(OSError):
        status = target.lstat()
        if stat.S_ISREG(status.st_mode) and stat.S_IMODE(status.st_mode) != _mode(file):
            target.chmod(_mode(file))
        return still_marked(target, file.sha256, (mark,))
    return None


def _copy(tree: StackTree, file: StackFile, source: Path, made: set[PurePosixPath]) -> FileMark:
    content = _content(tree, file)
    _make_folder(source, PurePosixPath(file.path).parent, made)
    target = source / file.path
    if target.is_dir() and not target.is_symlink():  # of an earlier tree; what is left in it Terraform made
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    with os.fdopen(os.open(target, _NEW, _mode(file)), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fchmod(opened.fileno(), _mode(file))  # without what the umask takes away
        return FileMark.of(file.sha256, os.fstat(opened.fileno()))


def _content(tree: StackTree, file: StackFile) -> bytes:
    """Read a file of the source; it must be the one that was digested."""
    try:
        with file.source.open("rb") as opened:
            content = opened.read()
            executable = bool(os.fstat(opened.fileno()).st_mode & stat.S_IXUSR)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise _changed(tree, file, "is gone") from None
    if hashlib.sha256(content).digest() != file.sha256 or executable != file.executable:
        raise _changed(tree, file, "has changed")
    return content


def _changed(tree: StackTree, file: StackFile, what: str) -> DiagnosticError:
    summary = f"{file.path} of the source '{tree.label}' {what} since this command read it"
    advice = "nothing was run with it; when the source is at rest, run the command again"
    return DiagnosticError(error(summary, advice, Position(str(file.source))))


def _mode(file: StackFile) -> int:
    return _EXECUTABLE if file.executable else _PLAIN


def _make_folder(source: Path, relative: PurePosixPath, made: set[PurePosixPath]) -> None:
    """Make a folder of the copy, as a clone of a repository has it; files and links in its place go."""
    if relative in made:
        return
    if relative.parts:
        _make_folder(source, relative.parent, made)
    else:
        make_private_folder(source.parent)
    path = source / relative
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        path.unlink()
    path.mkdir(exist_ok=True)
    if stat.S_IMODE(path.stat().st_mode) != _EXECUTABLE:
        path.chmod(_EXECUTABLE)
    made.add(relative)
