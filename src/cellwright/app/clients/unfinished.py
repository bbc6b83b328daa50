"""Onboardings and offboardings that were killed before their commit, found by git and the files."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.fleet.archive import archives_of
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.reader import read_document
from cellwright.git.repository import Repository
from cellwright.ipam.releases import RELEASES_FILE
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json, Value

_SHOWN = 5


def own_files(root: Path, path: str) -> tuple[Path, ...]:
    """Give the documents of a cell whose file or folder is `path`, relative to the fleet's root."""
    place = root / path
    return tuple(sorted(place.glob("*.yaml"))) if place.is_dir() else (place,)


def own_settings(root: Path, path: str) -> Mapping[str, Value]:
    """Read a cell's own documents; references stay as they are written.

    Raises:
        DiagnosticError: one can't be read.
    """
    files = FleetFiles(root)
    found: dict[str, Value] = {}
    for file in own_files(root, path):
        name = file.relative_to(root).as_posix()
        document = read_document(files.read_text(name), name)
        if document.root is not None and isinstance(document.root.value, Mapping):
            found.update(document.root.value)
    return found


def says_already(own: Value, wanted: Json) -> bool:
    """Tell whether settings that are there say all that is wanted, and perhaps more."""
    if isinstance(own, Mapping) and isinstance(wanted, Mapping):
        return all(key in own and says_already(own[key], value) for key, value in wanted.items())
    return own == wanted


def was_never_committed(repository: Repository | None, root: Path, path: str) -> bool:
    """Tell whether a cell's settings lie there uncommitted, as a killed onboarding leaves them.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    return repository is not None and not repository.history(root / path, 1)


def refuse_dirty(repository: Repository | None, but: tuple[Path, ...] = ()) -> Repository | None:
    """Make sure that nothing is uncommitted but these paths, and that git knows who commits.

    Returns the repository; outside git, None.

    Raises:
        DiagnosticError: something else is, or git can't say who commits.
    """
    if repository is None:
        return None
    dirty = [path for path in repository.dirty() if not _within(repository.root / path, but)]
    if dirty:
        listed = ", ".join(dirty[:_SHOWN]) + (", …" if len(dirty) > _SHOWN else "")
        raise DiagnosticError(
            error(f"the fleet has changes that are not committed: {listed}", "commit or stash them first")
        )
    repository.identity()
    return repository


def places_of(root: Path, cells: str, name: str) -> tuple[Path, ...]:
    """Give the paths of a client's settings, which may be gone, and of what offboarding writes besides."""
    archived = (root / place for place in archives_of(root, name))
    return (root / cells / name, root / cells / f"{name}.yaml", root / RELEASES_FILE, *archived)


def removed_uncommitted(repository: Repository | None, places: tuple[Path, ...]) -> tuple[Path, ...]:
    """Give the paths that a killed offboarding has changed and not committed; none if there was none.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    if repository is None:
        return ()
    dirty = [repository.root / path for path in repository.dirty()]
    ours = tuple(place for place in places if any(_within(path, (place,)) for path in dirty))
    settings = places[:2]
    return ours if any(place in settings for place in ours) else ()


def _within(path: Path, places: tuple[Path, ...]) -> bool:
    real = path.resolve()
    return any(real.is_relative_to(place.resolve()) for place in places)
