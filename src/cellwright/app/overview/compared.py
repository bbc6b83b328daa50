"""A loaded fleet compared with its ledger, kept, and brought up to date by the events since.

Comparing ten thousand cells takes a second or more; an event says which unit it is about, so only its cell
and the cells that depend on it are compared again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from cellwright.app.overview.during_load import (
    DuringLoad,
    LedgerThen,
    context_at,
    current_digester,
    ledger_now,
)
from cellwright.app.overview.entry import CellEntry, entry_of, errors_by_cell
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.app.status.comparison import Comparison
from cellwright.app.status.during_load import StatusesDuringLoad
from cellwright.app.status.status import with_hidden
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.unit_table import unit_table
from cellwright.fleet.resolve.cell_summary import CellSummary
from cellwright.ledger.database.rows import HeadRow, load_address
from cellwright.ledger.opening import Ledger
from cellwright.ledger.ownership import refuse_other_fleet
from cellwright.ledger.quick_opening import shown
from cellwright.ledger.read.views import HeadsView, OutputsView
from cellwright.model.address import AddressError, CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.planning.digest import Digester
from cellwright.planning.quick_status import SettingsMemory

_MOST_EVENTS = 2_000
"""After more events than this all is read and compared again."""
_MOST_CELLS = 400
"""So many cells' rows are read one by one; from more on, all rows are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A fleet's cells as they stood after an event of the ledger."""

    snapshot: Snapshot
    sequence: int
    """The number of that event."""
    heads: Mapping[str, HeadRow]
    outputs: Mapping[str, str]
    digester: Digester
    memory: SettingsMemory
    """Digests of settings that this digester has made."""
    errors: Mapping[CellAddress, int]
    dependents: Mapping[CellAddress, tuple[CellAddress, ...]]
    """The cells with a unit that depends on one of a cell."""
    cells: Mapping[CellAddress, CellEntry]
    """By level, in the fleet's order, and name. The same object as long as nothing in it is another."""
    settings: object
    """Another object as soon as a cell's settings are others, or a cell has come or gone."""


def compare(session: FleetSession, snapshot: Snapshot, during: DuringLoad | None = None) -> Compared:
    """Compare every unit of a fleet with the ledger. A fleet with errors is compared as far as that goes.

    `during` has seen the load of this snapshot.

    Raises:
        DiagnosticError: the ledger can't be read, or is another fleet's.
    """
    ledger = session.ledger()
    refuse_other_fleet(ledger.reader.bindings(), snapshot.fleet.name, lambda: shown(session.ledger_url))
    found = during.found if during is not None else None
    at = during.at if during is not None and during.at is not None else ledger_now(session)
    statuses, memory = _whole(session, snapshot, at, found)
    statuses = with_hidden(session, snapshot.fleet, statuses)
    by_cell = {cell: tuple(units) for cell, units in groupby(statuses, key=lambda item: item.address.of_cell)}
    addresses = {*snapshot.fleet.cells, *by_cell}
    errors = errors_by_cell(snapshot.fleet, addresses)
    cells = (_entry(snapshot.fleet, cell, by_cell.get(cell, ()), errors) for cell in addresses)
    return Compared(
        snapshot=snapshot,
        sequence=at.sequence,
        heads=at.views[0].rows,
        outputs=at.views[1].texts,
        digester=at.digester,
        memory=memory,
        errors=errors,
        dependents=_dependents(snapshot.fleet),
        cells=_in_order(snapshot.fleet, cells),
        settings=object(),
    )


def go_on(session: FleetSession, known: Compared) -> Compared:
    """Compare again what events of the ledger are about since.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    end = ledger.reader.chain_end().sequence
    if end == known.sequence:
        return known
    # The first write of all gives the ledger its key, and `ledger rekey` another one.
    if not 0 < end - known.sequence <= _MOST_EVENTS or current_digester(session, ledger) != known.digester:
        return compare(session, known.snapshot)
    changed = _cells_of(event.subject for event in ledger.reader.events(known.sequence))
    if len(changed) > _MOST_CELLS:
        return compare(session, known.snapshot)
    if not changed:
        return replace(known, sequence=end)
    heads, outputs, read = _read_again(ledger, known, changed)
    affected = changed.union(*(known.dependents.get(cell, ()) for cell in changed))
    views = HeadsView(heads), OutputsView(outputs)
    context = context_at(session, known.snapshot.stacks, LedgerThen(ledger, end, views, known.digester))
    comparison = Comparison(context, known.snapshot.fleet, memory=known.memory)
    units = _units_of(known, affected) | set(map(load_address, read))
    statuses = with_hidden(session, known.snapshot.fleet, _some(comparison, known.snapshot.fleet, units))
    return replace(_with_statuses(known, affected, statuses), sequence=end, heads=heads, outputs=outputs)


def _with_statuses(
    known: Compared, affected: Collection[CellAddress], statuses: Collection[UnitStatus]
) -> Compared:
    """Put the statuses of these cells in place of those that they had."""
    fleet = known.snapshot.fleet
    by_cell: dict[CellAddress, list[UnitStatus]] = {cell: [] for cell in affected}
    for item in statuses:
        by_cell[item.address.of_cell].append(item)
    entries = {
        address: _entry(fleet, address, units, known.errors)
        for address, units in by_cell.items()
        if units or address in fleet.cells
    }
    gone = [address for address in by_cell if address not in entries and address in known.cells]
    new = [address for address in entries if address not in known.cells]
    if not (gone or new) and all(known.cells[address] == entry for address, entry in entries.items()):
        return known
    cells = {**known.cells, **entries}
    for address in gone:
        del cells[address]
    if not (gone or new):
        return replace(known, cells=cells)
    return replace(known, cells=_in_order(fleet, cells.values()), settings=object())


def _whole(
    session: FleetSession, snapshot: Snapshot, at: LedgerThen, found: StatusesDuringLoad | None
) -> tuple[tuple[UnitStatus, ...], SettingsMemory]:
    context = context_at(session, snapshot.stacks, at)
    comparison = Comparison(context, snapshot.fleet, found)
    try:
        return comparison.statuses(), comparison.memory
    except DiagnosticError:
        comparison = Comparison(context, snapshot.fleet)
        addresses = {*snapshot.fleet.units, *comparison.heads}
        return _some(comparison, snapshot.fleet, addresses), comparison.memory


def _some(comparison: Comparison, fleet: Fleet, addresses: Collection[UnitAddress]) -> tuple[UnitStatus, ...]:
    """Compare cell by cell where a cell can't be compared, which is then said of its units."""
    try:
        return comparison.statuses(addresses)
    except DiagnosticError:
        if not fleet.diagnostics:
            raise
    found: list[UnitStatus] = []
    for _, units in groupby(sorted(addresses), key=lambda item: item.of_cell):
        some = tuple(units)
        try:
            found.extend(comparison.statuses(some))
        except DiagnosticError as fault:
            first = fault.diagnostics[0]
            reason = Reason(ReasonKind.INPUT, first.summary, first.position)
            found.extend(UnitStatus(unit, Status.BLOCKED, (reason,)) for unit in some)
    return tuple(found)


def _cells_of(subjects: Iterable[str]) -> set[CellAddress]:
    """The cells that events are about; those about runs, people and the ledger are about none."""
    found: set[CellAddress] = set()
    for subject in subjects:
        level, *rest = subject.split("/")
        try:
            found.add(CellAddress.parse("/".join((level, *rest[:1]))))
        except AddressError:
            continue
    return found


def _read_again(
    ledger: Ledger, known: Compared, changed: Collection[CellAddress]
) -> tuple[Mapping[str, HeadRow], Mapping[str, str], Collection[str]]:
    """All heads and outputs, and the units of these cells that the ledger knows now."""
    prefixes = tuple(f"{cell}/" for cell in sorted(changed))
    newer = ledger.reader.heads_and_outputs(prefixes)
    heads, outputs = dict(known.heads), dict(known.outputs)
    for unit in map(str, _units_of(known, changed)):
        heads.pop(unit, None)
        outputs.pop(unit, None)
    return {**heads, **newer[0].rows}, {**outputs, **newer[1].texts}, newer[0].rows.keys()


def _units_of(known: Compared, cells: Collection[CellAddress]) -> set[UnitAddress]:
    """The units of these cells in the fleet, and those that the ledger knows of them."""
    summaries = unit_table(known.snapshot.fleet).summaries
    found = {
        UnitAddress(cell.level, cell.cell, unit.stack)
        for cell in cells
        if cell in summaries
        for unit in summaries[cell].units
    }
    # Each unit of the ledger has a status: at least that it is to be destroyed.
    found.update(item.address for cell in cells if cell in known.cells for item in known.cells[cell].units)
    return found


def _dependents(fleet: Fleet) -> Mapping[CellAddress, tuple[CellAddress, ...]]:
    found: dict[CellAddress, list[CellAddress]] = {}
    named: dict[int, frozenset[CellAddress]] = {}
    for address, summary in unit_table(fleet).summaries.items():
        # Similar cells share their units, so few different ones are looked at.
        if id(summary.units) not in named:
            named[id(summary.units)] = frozenset(_named_cells(summary))
        for cell in {*(CellAddress(*pair) for pair in summary.lower_cells), *named[id(summary.units)]}:
            found.setdefault(cell, []).append(address)
    return {cell: tuple(others) for cell, others in found.items()}


def _named_cells(summary: CellSummary) -> Iterator[CellAddress]:
    for unit in summary.units:
        for target in (*unit.upstreams, *(target for target, _ in unit.uses)):
            if target.cell:
                yield CellAddress(target.level, target.cell)


def _entry(
    fleet: Fleet, address: CellAddress, units: Collection[UnitStatus], errors: Mapping[CellAddress, int]
) -> CellEntry:
    return entry_of(address, fleet.cells.get(address), tuple(units), errors.get(address, 0))


def _in_order(fleet: Fleet, cells: Iterable[CellEntry]) -> Mapping[CellAddress, CellEntry]:
    order = {level.name: number for number, level in enumerate(fleet.levels)}
    last = len(order)
    ordered = sorted(cells, key=lambda item: (order.get(item.address.level, last), item.address))
    return {item.address: item for item in ordered}
