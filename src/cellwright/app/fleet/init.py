"""Init: a new fleet repository, copied from the reference fleet that ships with Cellwright."""

from collections.abc import Mapping
from contextlib import suppress
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error

_PACKAGE, _REFERENCE = "cellwright", "reference"
_LEFT_OUT = frozenset({".terraform", ".cellwright", "__pycache__"})


def init(target: Path, environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Write the reference fleet and its stacks into `target` and commit it, if git knows who commits.

    git runs in `environment`.

    Returns the files written, relative to `target`.

    Raises:
        DiagnosticError: `target` is not empty, or can't be written.
    """
    folder = target.absolute()
    _refuse_full(folder)
    try:
        written = _copy(files(_PACKAGE) / _REFERENCE, folder, folder)
    except OSError as fault:
        raise DiagnosticError(
            error(f"{folder} can't be written: {fault.strerror}", "name another folder")
        ) from fault
    _commit(folder, [folder / path for path in written], environment)
    return tuple(sorted(written))


def _refuse_full(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(item.name != ".git" for item in folder.iterdir())):
        raise DiagnosticError(error(f"{folder} is not an empty folder", "name a new one"))


def _copy(source: Traversable, target: Path, root: Path) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for item in sorted(source.iterdir(), key=lambda found: found.name):
        if item.name in _LEFT_OUT:
            continue
        if item.is_dir():
            written += _copy(item, target / item.name, root)
        else:
            with as_file(item) as file:
                (target / item.name).write_bytes(file.read_bytes())
            written.append((target / item.name).relative_to(root))
    return written


def _commit(folder: Path, paths: list[Path], environment: Mapping[str, str]) -> None:
    repository = Repository.containing(folder, environment) or Repository.create(folder, environment)
    with suppress(DiagnosticError):
        # Without an identity the files are left uncommitted, for whoever has one.
        repository.identity()
        repository.commit(paths, "Scaffold the fleet\n")
