"""The two sides of a comparison: which revisions are meant, and each as a loaded fleet."""

import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.fleet.comparing.unchanged import unchanged_files
from cellwright.app.session.home import Home
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot, Stacks
from cellwright.files.cache_file import same_stamp
from cellwright.files.errors import file_errors
from cellwright.files.private import PRIVATE_FILE, make_private_folder
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.fleet.load.fleet_load import CACHE_FILES
from cellwright.fleet.load.unit_table import CellObserver, PartialObserver, unit_table
from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.git.repository import Repository
from cellwright.git.revisions import Revisions
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import Unit

WORK_TREE = "the work tree"
_SHORT = 12
_FOLDER = "revisions"
_LEFT_BEHIND = 3600.0
"""Seconds after which files of a revision that are still there are those of a killed process."""
_MOST_KEPT, _FEW = 20_000, 3
"""So many cells' units are kept of a load, if they are so few: those of stacks whose settings changed."""
_THREE_DOTS = "..."
_TWO_DOTS = ".."


@dataclass(frozen=True, slots=True)
class Side:
    """One side: a commit, or the work tree."""

    label: str
    commit: str | None = None


def chosen_sides(session: FleetSession, revisions: Sequence[str]) -> tuple[Side, Side]:
    """Tell which two sides are meant, the older first, as git does: `REV`, `REV REV`, `A..B`, `A...B`.

    Without any: HEAD and the work tree. A side that is left out after the dots is the work tree.

    Raises:
        DiagnosticError: outside git, or a revision names no commit.
    """
    known = Revisions(_repository(session))
    old, new, apart = _parsed(revisions)
    commit = known.commit(old)
    if apart:
        commit = known.common_ancestor(commit, known.commit(new or "HEAD"))
    after = Side(WORK_TREE) if new is None else _side(new, known.commit(new))
    return _side(f"where {old} and {new or 'HEAD'} parted" if apart else old, commit), after


@dataclass(frozen=True, slots=True)
class Loaded:
    """One side as a loaded fleet."""

    snapshot: Snapshot
    units: Mapping[CellAddress, Mapping[str, Unit]]
    """Units that the load had to resolve, by cell and stack, up to a number: they need no second time."""


@dataclass(frozen=True, slots=True)
class _Resolved:
    units: dict[CellAddress, Mapping[str, Unit]] = field(default_factory=dict)

    def observer(self, _home: Home, _stacks: Stacks) -> CellObserver:
        return PartialObserver(self._keep)

    def _keep(self, cell: ResolvedCell) -> None:
        if len(self.units) < _MOST_KEPT and len(cell.units) <= _FEW:
            self.units[cell.address] = {unit.address.stack: unit for unit in cell.units}


@contextmanager
def loaded(session: FleetSession, side: Side, like: Loaded | None = None) -> Iterator[Loaded]:
    """Give the whole fleet of one side; what is written for it is removed when the block ends.

    `like` is the other side, if it is loaded: what is the same there is neither written, read nor resolved.

    Raises:
        DiagnosticError: it can't be written, or holds no fleet at the same place.
    """
    if side.commit is None:
        yield _load(session)
        return
    if like is not None and (unchanged := _unchanged(session, side.commit, like)):
        with _written_out(session, side, side.commit, unchanged) as former:
            found = _load_alike(former, like, unchanged)
            if found is not None:
                yield found
                return
    with _written_out(session, side, side.commit, ()) as former:
        _seed(former, session)
        yield _load(former)


@contextmanager
def _written_out(
    session: FleetSession, side: Side, commit: str, without: Collection[str]
) -> Iterator[FleetSession]:
    """Open the fleet of a commit, written out without some files."""
    repository = _repository(session)
    kept = session.home.cache / _FOLDER
    with file_errors(f"{kept} can't be made"):
        make_private_folder(kept)
    _remove_left_behind(kept)
    with tempfile.TemporaryDirectory(dir=kept, prefix="tree-") as place:
        inside = _inside(session, repository)
        tree = Path(place) / "tree"
        Revisions(repository).write_out(commit, tree, [(inside / path).as_posix() for path in without])
        location = Location(fleet=tree / inside, home=kept / "kept", environment=session.environment)
        try:
            opened = FleetSession(location, notice=session.notice)
        except DiagnosticError as fault:
            summary = f"there is no fleet in {inside} at {side.label}"
            raise DiagnosticError(error(summary, fault.diagnostics[0].summary)) from None
        with opened as former:
            yield former


def _inside(session: FleetSession, repository: Repository) -> Path:
    return session.root.resolve().relative_to(repository.root.resolve())


def _unchanged(session: FleetSession, commit: str, like: Loaded) -> dict[str, bytes]:
    repository = _repository(session)
    inside = _inside(session, repository).as_posix()
    blobs = Revisions(repository).blobs(commit)
    return unchanged_files(like.snapshot.fleet, blobs, "" if inside == "." else f"{inside}/")


def _load_alike(former: FleetSession, like: Loaded, unchanged: Mapping[str, bytes]) -> Loaded | None:
    """Load a side of which files of cells are only in memory; None if that may not be exact."""
    known = unit_table(like.snapshot.fleet).known
    if known is None:
        return None
    files = FleetFiles(former.root)
    for path, content in unchanged.items():
        files.put(path, content)
    # Where a folder is missing, those beside it are looked at.
    for folder in {level.cells for level in like.snapshot.fleet.levels if files.put_below(level.cells)}:
        with file_errors(f"{former.root / folder} can't be made"):
            (former.root / folder).mkdir(parents=True, exist_ok=True)
    resolved = _Resolved()
    snapshot = former.snapshot_alike(files, known, resolved.observer)
    if snapshot is None or not set(snapshot.fleet.diagnostics) <= set(like.snapshot.fleet.diagnostics):
        # Findings name lines and similar names, which are looked up on disk.
        return None
    return Loaded(snapshot, resolved.units)


def _load(session: FleetSession) -> Loaded:
    resolved = _Resolved()
    return Loaded(session.snapshot(observer=resolved.observer), resolved.units)


def _seed(former: FleetSession, session: FleetSession) -> None:
    """Begin with the cells that are kept of the fleet's own folder: most are the same, by content.

    What is kept of other revisions stays, unless it was made with another fleet.yaml than both sides have.
    """
    cache, known = former.home.cache, session.home.cache
    same = _configuration(former) == _configuration(session)
    for name in CACHE_FILES:
        with suppress(OSError):
            if not (cache / name).exists() or (same and not same_stamp(cache / name, known / name)):
                shutil.copyfile(known / name, cache / name)
                (cache / name).chmod(PRIVATE_FILE)


def _configuration(session: FleetSession) -> bytes | None:
    with suppress(OSError):
        return (session.root / FLEET_FILE).read_bytes()
    return None


def _parsed(revisions: Sequence[str]) -> tuple[str, str | None, bool]:
    """Give the older revision, the newer one or None, and whether it is from where they parted."""
    if len(revisions) == 1:
        for dots in (_THREE_DOTS, _TWO_DOTS):
            old, found, new = revisions[0].partition(dots)
            if found:
                return old or "HEAD", new or None, dots == _THREE_DOTS
    old = revisions[0] if revisions else "HEAD"
    return old, revisions[1] if len(revisions) > 1 else None, False


def _side(name: str, commit: str) -> Side:
    short = commit[:_SHORT]
    return Side(short if commit.startswith(name) else f"{name} ({short})", commit)


def _repository(session: FleetSession) -> Repository:
    repository = session.repository()
    if repository is None:
        raise DiagnosticError(
            error(f"{session.root} is in no git repository", "revisions are compared that git has kept")
        )
    return repository


def _remove_left_behind(kept: Path) -> None:
    for folder in kept.glob("tree-*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(folder, ignore_errors=True)
