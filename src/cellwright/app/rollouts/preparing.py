"""Prepares a rollout: which cells it changes in which wave, and what its worst case is. Records nothing."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from cellwright.app.rollouts.known_cells import known_cells
from cellwright.app.rollouts.suspended import Suspended, SuspendedCells
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.model.position import Position
from cellwright.model.settings.rollout_settings import RolloutSettings, RolloutsSettings
from cellwright.model.text.suggestion import advice
from cellwright.rollout.cells import KnownCell, chosen, selector_faults
from cellwright.rollout.plan import Freeze, RolloutPlan, make_plan
from cellwright.rollout.waves import assign
from cellwright.rollout.worst_case import WorstCase, worst_case

_THOUSAND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRequest:
    """Which rollout is meant."""

    strategy: str = ""
    """Empty: the only one that fleet.yaml has."""
    cells: tuple[str, ...] = ()
    """Selectors; of the strategy's cells, only those that one of them matches. Empty: all of them."""
    destroy: bool = False
    thorough: bool = False
    only: frozenset[UnitAddress] | None = None
    """Change only these units; None: all that the strategy's cells have."""
    reason: str = ""
    approved_how: str = ""
    """How every plan is approved beforehand; empty where plans wait for answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A rollout that could begin now."""

    strategy: str
    commit: str | None
    """None outside git: then it can't begin."""
    plan: RolloutPlan
    units: Mapping[CellAddress, int]
    """How many units of each cell have something to do."""
    before: Mapping[str, int]
    """The commits at which these cells' units were applied last."""
    worst: WorstCase
    warnings: tuple[Diagnostic, ...] = ()
    freezes: tuple[tuple[Freeze, int], ...] = ()
    """Those that are not over, with how many of the cells they keep from beginning."""
    suspended: tuple[CellAddress, ...] = ()
    """Cells that have something to change and are left out."""


def prepare(session: FleetSession, request: RolloutRequest, suspended: Suspended | None = None) -> Prepared:
    """Find the cells that have something to change, wave by wave; those that are suspended are left out.

    Raises:
        DiagnosticError: the fleet has errors, there is no such strategy, it has faults over the cells that
            there are, or nothing is to be changed.
    """
    settings = session.rollouts()
    strategy = _strategy_of(settings, request.strategy)
    return _prepare(
        session.open(writing=True), settings, strategy, request, (suspended or SuspendedCells())(session)
    )


def _strategy_of(settings: RolloutsSettings, name: str) -> RolloutSettings:
    """Find a strategy; without a name, the only one.

    Raises:
        DiagnosticError: there is none, or none of that name.
    """
    known = settings.strategies
    if not known:
        raise DiagnosticError(error("fleet.yaml has no rollouts", "add a strategy below `rollouts`"))
    if not name:
        if len(known) == 1:
            return next(iter(known.values()))
        raise DiagnosticError(error("fleet.yaml has several rollouts", f"name one: {', '.join(known)}"))
    if name not in known:
        detail = advice(name, known) or f"known: {', '.join(known)}"
        raise DiagnosticError(error(f"there is no rollout '{name}' in fleet.yaml", detail))
    return known[name]


def _prepare(
    fleet: OpenFleet,
    settings: RolloutsSettings,
    strategy: RolloutSettings,
    request: RolloutRequest,
    suspended: Collection[CellAddress],
) -> Prepared:
    units = units_to_change(fleet, request)
    known = known_cells(fleet.fleet)
    covered = {cell.address for cell in chosen(known, strategy.cells)}
    if request.cells:
        covered &= _limited(known, request.cells)
    # Cells that have left have no keys any more: they go with a rollout over all cells.
    leaving = (
        [cell for cell in units if cell not in fleet.fleet.cells]
        if request.destroy and not request.cells
        else []
    )
    units = {cell: count for cell, count in units.items() if cell in covered or cell in leaving}
    asleep = tuple(cell for cell in units if cell in suspended)
    units = {cell: count for cell, count in units.items() if cell not in suspended}
    found = assign(strategy, known, _by_level(fleet, leaving), units.keys())
    faults = tuple(item for item in found.findings if item.severity is Severity.ERROR)
    if faults:
        raise DiagnosticError(*faults)
    if not units and asleep:
        detail = "resume them first; a rollout changes no cell that is suspended"
        raise DiagnosticError(
            error(f"every cell of the rollout '{strategy.name}' with a change is suspended", detail)
        )
    if not units:
        detail = "`cellwright status` shows what is different; --all applies what is up to date, too"
        which = f" that {', '.join(request.cells)} chooses" if request.cells else ""
        raise DiagnosticError(
            error(f"no cell of the rollout '{strategy.name}'{which} has anything to change", detail)
        )
    plan = make_plan(strategy, found.waves, {cell.address: cell for cell in known}, settings.freezes)
    made = prepared_plan(fleet, strategy.name, plan, units)
    return replace(made, warnings=found.findings, suspended=asleep)


def _limited(known: Collection[KnownCell], selectors: tuple[str, ...]) -> set[CellAddress]:
    """Give the cells that a request's selectors choose.

    Raises:
        DiagnosticError: one of them can choose none.
    """
    faults = selector_faults(selectors, known, Position(""))
    if faults:
        raise DiagnosticError(*(replace(item, position=None) for item in faults))
    return {cell.address for cell in chosen(known, selectors)}


def prepared_plan(
    fleet: OpenFleet, strategy: str, plan: RolloutPlan, units: Mapping[CellAddress, int]
) -> Prepared:
    """Add to a plan what is told and kept of it."""
    repository = fleet.session.repository()
    return Prepared(
        strategy=strategy,
        commit=repository.head() if repository else None,
        plan=plan,
        units=units,
        before=_commits(fleet, units),
        worst=worst_case(plan),
        freezes=_freezes(plan, int(fleet.session.now().timestamp() * _THOUSAND)),
    )


def _freezes(plan: RolloutPlan, now: int) -> tuple[tuple[Freeze, int], ...]:
    cells = Counter(index for cell in plan.cells for index in cell.freezes)
    found = ((freeze, cells[index]) for index, freeze in enumerate(plan.freezes))
    return tuple((freeze, count) for freeze, count in found if count and now < freeze.end)


def units_to_change(fleet: OpenFleet, request: RolloutRequest) -> dict[CellAddress, int]:
    """Count the units of each cell that have something to do."""
    choice = choose_units(fleet, Selection(destroy=request.destroy, thorough=request.thorough))
    chosen_ = (part.address for part in choice.parts if request.only is None or part.address in request.only)
    return dict(Counter(unit.of_cell for unit in chosen_))


def _by_level(fleet: OpenFleet, cells: Collection[CellAddress]) -> list[CellAddress]:
    """Sort cells that have left, the lowest level first; levels that have left with them come last."""
    levels = [level.name for level in fleet.fleet.levels]
    return sorted(
        cells, key=lambda cell: (levels.index(cell.level) if cell.level in levels else len(levels), cell)
    )


def _commits(fleet: OpenFleet, cells: Mapping[CellAddress, int]) -> dict[str, int]:
    heads = [unit for unit in fleet.ledger.reader.heads() if unit.of_cell in cells]
    applied = fleet.ledger.reader.applied(heads) if heads else {}
    return dict(Counter(item.commit for item in applied.values() if item.commit))
