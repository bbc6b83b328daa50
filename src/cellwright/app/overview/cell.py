"""One cell, or one unit, as its page shows it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.entry import CellEntry
from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.run_list import run_as_seen
from cellwright.app.overview.view import FleetView
from cellwright.app.runs.steering.stopped_runs import stopped_runs
from cellwright.app.session.session import FleetSession
from cellwright.app.status.failures import with_all_failures
from cellwright.app.status.places import with_places
from cellwright.fleet.load.unit_table import unit_table
from cellwright.fleet.stack_order import fleet_order, units_in_order
from cellwright.ledger.read.at_work import AtWork
from cellwright.ledger.read.former_names import of_this_cell, periods_of
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit, RecordedOutput
from cellwright.model.hidden_keys import SENSITIVE
from cellwright.model.holder import Holder, as_named
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.runs.event import Event
from cellwright.model.unit import StackPin
from cellwright.model.value import Json
from cellwright.planning.coming_first import ComingFirst, waited_for, waits_of

RUNS = 50
EVENTS = 200
"""On one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit in the list of its cell."""

    address: UnitAddress
    state: CellState | None
    """None for one that is switched off and was never applied."""
    reasons: tuple[Reason, ...]
    stack: StackPin | None
    """None for a unit that the fleet has no more."""
    run: str | None
    """The run that is at work on it, or the one in which it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOutput:
    """An output as it was recorded."""

    unit: UnitAddress
    name: str
    text: str
    value: Json
    """As it is; of a sensitive one the mark that stands in its place."""
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    """Some runs of a cell or unit, the newest first."""

    runs: tuple[RunSummary, ...]
    next: str | None
    """After which run older ones follow."""
    stopped: Collection[str] = ()
    """Those of these runs that have not ended, and that nobody carries out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """What a unit depends on, and what depends on it."""

    needs: tuple[UnitAddress, ...]
    needed_by: tuple[UnitAddress, ...]


def unit_lines(session: FleetSession, view: FleetView, cell: CellEntry) -> tuple[UnitLine, ...]:
    """Give a cell's units in the order in which they are applied, those that are switched off last.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    at_work = AtWork(session.ledger().database)
    units = with_all_failures(with_places(view.fleet, cell.units), session.ledger().reader)
    statuses = {item.address: item for item in units}
    order = view.once(fleet_order, lambda: fleet_order(view.fleet), lasting=True)
    working = view.working.get(cell.address, {})
    pins = _pins(view, cell.address)
    found = [
        UnitLine(
            address=address,
            state=view.unit_state(address, item.status),
            reasons=_reasons(view, item),
            stack=pins.get(address),
            run=working[address].run if address in working else _failed_in(at_work, item),
        )
        for address, item in ((address, statuses[address]) for address in units_in_order(statuses, order))
    ]
    off = units_in_order(pins.keys() - statuses.keys(), order)
    return (
        *found,
        *(UnitLine(address=item, state=None, reasons=(), stack=pins[item], run=None) for item in off),
    )


def outputs(session: FleetSession, units: Collection[UnitAddress]) -> tuple[ShownOutput, ...]:
    """Give what these units have put out; of a sensitive one only that it is there.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    found = session.ledger().reader.outputs(units)
    return tuple(
        ShownOutput(
            unit=unit,
            name=name,
            text=_text(item),
            value=SENSITIVE if item.sensitive else item.value,
            hidden=item.sensitive,
        )
        for unit, named in sorted(found.items())
        for name, item in sorted(named.items())
    )


def runs_of(
    session: FleetSession,
    view: FleetView,
    subject: CellAddress | UnitAddress,
    before: str | None = None,
    holder_of: Holder = as_named,
) -> RunList:
    """Give the newest runs that had a unit, or units of a cell; `before` continues a list.

    Those of a client that had the name before are none of them. `holder_of` tells whose other units are.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    periods = periods_of(ledger.database, str(subject), present=True)
    ids = AtWork(ledger.database).runs_of(str(subject), RUNS + 1, before, periods)
    found = (ledger.reader.summary(run) for run in ids[:RUNS])
    readable = Reach(lambda cell: cell in view.cells, holder_of) if view.partial else everything
    shown = (run_as_seen(ledger, run, readable) for run in found if run is not None)
    runs = tuple(run for run in shown if run is not None)
    return RunList(
        runs=runs,
        next=ids[RUNS - 1] if len(ids) > RUNS else None,
        stopped=stopped_runs(session, runs).keys(),
    )


def events_of(session: FleetSession, subject: CellAddress | UnitAddress) -> tuple[Event, ...]:
    """Give the newest events of a cell with its units, or of a unit, the newest first.

    Those of before a rename are among them, and those of who had the name before are not.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    only = of_this_cell(ledger.database, str(subject))
    if not only.former:
        return ledger.reader.latest_events(EVENTS, str(subject))[::-1]
    return ledger.reader.latest_events(EVENTS, only=only)[::-1]


def newest_event(session: FleetSession, subject: CellAddress | UnitAddress) -> int:
    """Give the number of the newest event about a cell or unit; 0 if there is none.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    found = session.ledger().reader.latest_events(1, str(subject))
    return found[0].sequence if found else 0


def applied_unit(session: FleetSession, unit: UnitAddress) -> AppliedUnit | None:
    """Give what is recorded of a unit.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return session.ledger().reader.applied([unit]).get(unit)


def neighbours(view: FleetView, unit: UnitAddress) -> Neighbours:
    """Tell what a unit depends on, and what depends on it, of what the view has."""
    units = view.fleet.units
    if unit not in units:
        return Neighbours(needs=(), needed_by=())
    needs = sorted(item for item in units.upstreams(unit) if item.of_cell in view.cells)
    return Neighbours(needs=tuple(needs), needed_by=tuple(sorted(_needed_by(view, unit))))


def _reasons(view: FleetView, item: UnitStatus) -> tuple[Reason, ...]:
    """Give why a unit stands as it does; of a new one what comes right before it."""
    if not item.new or not item.reasons:
        return item.reasons
    cells = {unit.of_cell for unit in waited_for(item)} | {item.address.of_cell}
    known = (unit for cell in cells if cell in view.cells for unit in view.cells[cell].units)
    first = ComingFirst(waits_of(known)).of(item)
    named = (str(unit).removeprefix(f"{item.address.of_cell}/") for unit in first)
    return (Reason(ReasonKind.OUTPUT, f"new, after {', '.join(named)}"),)


def _failed_in(at_work: AtWork, unit: UnitStatus) -> str | None:
    if unit.status is not Status.FAILED:
        return None
    return next(iter(at_work.runs_of(str(unit.address), 1)), None)


def _needed_by(view: FleetView, unit: UnitAddress) -> Collection[UnitAddress]:
    index = view.once(_needed_by, lambda: _takers(view), lasting=True)
    return index.get(unit, ())


def _takers(view: FleetView) -> Mapping[UnitAddress, Sequence[UnitAddress]]:
    """Every unit that others depend on, with these."""
    found: dict[UnitAddress, list[UnitAddress]] = {}
    for address, summary in unit_table(view.fleet).summaries.items():
        if address not in view.cells:
            continue
        for item in summary.units:
            if item.enabled:
                taker = UnitAddress(address.level, address.cell, item.stack)
                for target in item.upstreams:
                    found.setdefault(summary.locate(target), []).append(taker)
    return found


def _pins(view: FleetView, cell: CellAddress) -> Mapping[UnitAddress, StackPin]:
    summary = unit_table(view.fleet).summaries.get(cell)
    units = summary.units if summary is not None else ()
    return {UnitAddress(cell.level, cell.cell, item.stack): item.pin for item in units}


def _text(item: RecordedOutput) -> str:
    if item.sensitive:
        return SENSITIVE
    return item.value if isinstance(item.value, str) else json.dumps(item.value, ensure_ascii=False)
