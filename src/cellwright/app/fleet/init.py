"""Init: a new fleet repository, copied from the reference fleet that ships with Cellwright."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cellwright.app.stacks.origin import BRANCH, FLEET, Origin
from cellwright.app.stacks.shipped import shipped
from cellwright.git.branches import set_branch
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error


def init(target: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Write the reference fleet and its stacks into `target` and commit it, if git knows who commits.

    git runs in `environment`.

    Returns the files written, relative to `target`.

    Raises:
        DiagnosticError: `target` is not empty, or can't be written.
    """
    folder = target.absolute()
    _refuse_full(folder)
    files = shipped().whole
    try:
        for path, data in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    except OSError as fault:
        raise DiagnosticError(
            error(f"{folder} can't be written: {fault.strerror}", "name another folder")
        ) from fault
    written = [Path(path) for path in files]
    _commit(folder, [folder / path for path in written], environment)
    return tuple(sorted(written))


def _refuse_full(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(item.name != ".git" for item in folder.iterdir())):
        raise DiagnosticError(error(f"{folder} is not an empty folder", "name a new one"))


def _commit(folder: Path, paths: list[Path], environment: Mapping[str, str]) -> None:
    repository = Repository.containing(folder, environment) or Repository.create(folder, environment)
    is_new = repository.root == folder and repository.head() is None
    with suppress(DiagnosticError):
        # Without an identity the files are left uncommitted, for whoever has one.
        repository.identity()
        commit = repository.commit(paths, Origin(FLEET).message("Scaffold the fleet"))
        if is_new:  # the commit holds the reference and nothing else: `stacks update` goes on from it
            set_branch(repository, BRANCH, commit)
