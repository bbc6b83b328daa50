"""Changes that are not committed: a run records the commit, which would not say then what was applied."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from cellwright.app.session.session import OpenFleet
from cellwright.engine.asked import Asked
from cellwright.git.repository import Repository
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.run import RunKind
from cellwright.model.unit import Unit
from cellwright.model.value import Json
from cellwright.planning.binding import substitute
from cellwright.planning.choice import Choice

_SETTINGS = frozenset({".yaml", ".yml", ".rego"})
_LOCK_FILE = ".terraform.lock.hcl"
"""It decides which providers are used."""
_SHOWN = 5


def recorded_as(
    fleet: OpenFleet, kind: RunKind, choice: Choice, asked: Asked, uncommitted: Sequence[str]
) -> Asked:
    """Say in what is recorded of a run whether its settings are those of the commit.

    `uncommitted` is what differs from the commit in the whole repository; only settings, policies and the
    stacks of the units count.

    Raises:
        DiagnosticError: they are not, and the run applies or destroys something, which nobody has allowed.
    """
    repository = fleet.session.repository() if uncommitted else None
    units = tuple(part.address for part in choice.parts)
    if repository is None or not units:
        return asked
    found = tuple(_counting(fleet, repository, units, uncommitted))
    if not found:
        return asked
    # What is destroyed counts as well: an exception to a policy that nobody has committed would let it pass.
    if kind is not RunKind.PLAN and not asked.allow_dirty:
        raise DiagnosticError(_refusal(kind, found))
    return replace(asked, dirty=True, settings=_digest(fleet, units))


def _refusal(kind: RunKind, found: Sequence[str]) -> Diagnostic:
    listed = ("is " if len(found) == 1 else "are ") + ", ".join(found[:_SHOWN])
    listed += ", …" if len(found) > _SHOWN else ""
    it = "it" if len(found) == 1 else "them"
    if kind is RunKind.DESTROY:
        return error(
            f"the commit would not say what let this be destroyed: not committed {listed}",
            f"commit {it}, then repeat this",
        )
    return error(
        f"the commit would not say what is applied: not committed {listed}",
        f"commit {it}, or apply with --allow-dirty, which records that and a digest of the settings",
    )


def tell_of_no_commit(fleet: OpenFleet, kind: RunKind) -> None:
    """Say, at a fleet's first run, that nothing records what was applied but the ledger."""
    first = not any(True for _ in fleet.ledger.reader.runs(limit=1))
    if first and kind is RunKind.APPLY:
        fleet.session.notice("the fleet is in no git repository: runs are recorded without a commit")


def _counting(
    fleet: OpenFleet, repository: Repository, units: Collection[UnitAddress], uncommitted: Sequence[str]
) -> Iterator[str]:
    root = fleet.session.root.resolve()
    stacks = {folder.resolve() for folder in _stacks(fleet, units)}
    for name in uncommitted:
        path = (repository.root / name).resolve()
        if any(_is_of_stack(path, folder) for folder in stacks) or _is_setting(path, root):
            yield name


def _stacks(fleet: OpenFleet, units: Collection[UnitAddress]) -> set[Path]:
    known = fleet.fleet.units
    pins = {known[unit].stack for unit in units if unit in known}
    trees = (fleet.stacks.catalogue.tree(pin) for pin in pins)
    return {tree.folder for tree in trees if tree.commit is None}


def _is_of_stack(path: Path, folder: Path) -> bool:
    if not path.is_relative_to(folder):
        return False
    inside = path.relative_to(folder)
    return not _hidden(inside.parent if inside.name == _LOCK_FILE else inside)


def _is_setting(path: Path, root: Path) -> bool:
    if not path.is_relative_to(root):
        return False
    inside = path.relative_to(root)
    return path.suffix in _SETTINGS and not _hidden(inside)


def _hidden(path: Path) -> bool:
    """Tell whether it is no part of the settings: `.cellwright`, pipelines, what `init` leaves in a stack."""
    return any(part.startswith(".") for part in PurePosixPath(path.as_posix()).parts)


def _digest(fleet: OpenFleet, units: Collection[UnitAddress]) -> str:
    """Digest the resolved settings of units, by a key: they may hold secrets."""
    known = fleet.fleet.units
    found: Json = {
        str(address): _resolved(fleet, known[address]) for address in sorted(units) if address in known
    }
    return fleet.digester.keyed(found, "settings of a run")


def _resolved(fleet: OpenFleet, unit: Unit) -> Json:
    return {
        "source": fleet.stacks.catalogue.tree(unit.stack).digest,
        "inputs": {name: substitute(item.value, str) for name, item in sorted(unit.inputs.items())},
    }
