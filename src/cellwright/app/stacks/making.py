"""Makes git repositories of files, in a folder that appears whole or not at all."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from cellwright.app.stacks.origin import BRANCH, Origin
from cellwright.files.errors import file_errors
from cellwright.git import branches
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into; it becomes `folder` when the block is done, and is removed if it fails.

    Raises:
        DiagnosticError: `folder` is there and not empty, or can't be made.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise DiagnosticError(error(f"{folder} is not an empty folder", "name a new one"))
    failed = f"{folder} can't be written"
    with file_errors(failed):
        folder.parent.mkdir(parents=True, exist_ok=True)
        # As any new folder; one of `tempfile` would be closed to others.
        unfinished = folder.with_name(f".{folder.name}-{token_hex(4)}")
        unfinished.mkdir()
    try:
        yield unfinished
        with file_errors(failed):
            unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


@contextmanager
def at_once(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """Give a folder to make these in; they appear in `folder` together, or not at all.

    Raises:
        DiagnosticError: one of them is there, or `folder` can't be written.
    """
    there = [name for name in names if (folder / name).exists()]
    if there:
        listed = ", ".join(str(folder / name) for name in there)
        raise DiagnosticError(error(f"{listed}: there already", "remove it, or name another folder"))
    failed = f"{folder} can't be written"
    is_new = not folder.exists()
    unfinished = folder / f".new-{token_hex(4)}"
    moved: list[Path] = []
    try:
        with file_errors(failed):
            unfinished.mkdir(parents=True)
        yield unfinished
        with file_errors(failed):
            for name in names:
                (unfinished / name).rename(folder / name)
                moved.append(folder / name)
    except BaseException:
        for path in moved:
            shutil.rmtree(path, ignore_errors=True)
        moved.clear()
        raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        if is_new and not moved:
            with suppress(OSError):
                folder.rmdir()


def refuse_nobody(folder: Path, environment: Mapping[str, str]) -> None:
    """Make sure that git is here, and knows who commits.

    Raises:
        DiagnosticError: it isn't, or does not.
    """
    place = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    Repository(place, environment).identity()


def make_repository(
    folder: Path, files: Mapping[str, bytes], environment: Mapping[str, str], origin: Origin, subject: str
) -> Repository:
    """Make a repository whose first commit has these files, as they are shipped.

    Raises:
        DiagnosticError: it can't be written, or nobody knows who commits.
    """
    with file_errors(f"{folder} can't be written"):
        for path, data in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    repository = Repository.create(folder, environment)
    commit = repository.commit([folder], origin.message(subject))
    branches.set_branch(repository, BRANCH, commit)
    return repository
