"""`status`: compares units with the ledger; starts no Terraform and writes nothing but a cache."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from cellwright.app.session.home import Home
from cellwright.app.session.own_ledger import tell_of_own_ledger
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.app.session.snapshot import Snapshot, Stacks
from cellwright.app.status.comparison import Comparison, Recorded, StatusContext
from cellwright.app.status.during_load import StatusesDuringLoad
from cellwright.app.status.failures import with_all_failures
from cellwright.app.status.imports import with_imports
from cellwright.app.status.in_progress import with_units_in_progress
from cellwright.app.status.lives import notable_clients, why_stopped
from cellwright.app.status.moves import with_declared_moves
from cellwright.app.status.paging import WHOLE, Page
from cellwright.app.status.places import with_places
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.stack_order import FleetOrder, fleet_order
from cellwright.ledger.ownership import KEY, digester_of, refuse_other_fleet
from cellwright.ledger.quick_opening import open_for_units, shown
from cellwright.ledger.read.unit_reader import UnitReader
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.binary import UnitBinaries
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.planning.digest import Digester
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select

if TYPE_CHECKING:
    from cellwright.app.status.secret_look import SecretLook
    from cellwright.secrets.reader import SecretReader


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRequest:
    """Which units."""

    selectors: Sequence[str] = ()
    relatives: Relatives = field(default_factory=Relatives)
    page: Page = WHOLE
    applied_with: str | None = None
    """Only units that such a program ran last: `tofu`, `terraform < 1.12`."""
    runs_with: str | None = None
    """Only units for which the settings choose such a program."""
    secrets: bool = False
    """Read the secrets that units take, and compare them too."""

    @property
    def about_binaries(self) -> bool:
        """Whether it matters which programs run the units."""
        return self.applied_with is not None or self.runs_with is not None


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """The status of every chosen unit."""

    fleet: str
    units: tuple[UnitStatus, ...]
    next: UnitAddress | None = None
    """The last of the units where a next page follows."""
    binaries: Mapping[UnitAddress, UnitBinaries] = field(default_factory=dict)
    """The programs of each unit, where these were asked for."""
    clients: Mapping[CellAddress, ClientState] = field(default_factory=dict)
    """Those of the units' cells that are suspended, or being offboarded."""
    order: FleetOrder = field(default_factory=dict)
    """In which order people read levels and stacks; the units themselves are sorted by address."""
    stopped: Mapping[CellAddress, str] = field(default_factory=dict)
    """Why the offboarding of some of them stands still."""


def status(session: FleetSession, request: StatusRequest) -> FleetStatus:
    """Compare the chosen units with the ledger.

    Raises:
        DiagnosticError: the fleet has errors, the ledger can't be read, or a selector matches nothing.
    """
    with open_for_units(session.ledger_url, session.ledger) as ledger:
        opened = _Opened(session, ledger)
        scope = scope_of(request.selectors, request.relatives)
        try:
            snapshot = session.usable(scope, opened.observe if scope is None else None)
        except DiagnosticError:
            if opened.without_key:  # another fleet's ledger has another key: that it is one is told first
                opened.refuse_other(session.usable(scope).fleet.name)
            raise
        fleet = snapshot.fleet
        opened.refuse_other(fleet.name)
        tell_of_own_ledger(session, fleet)
        opened.recorded.within = fleet.within
        comparison = Comparison(opened.context(snapshot.stacks), fleet, opened.during_load)
        chosen: Sequence[UnitAddress] | None = None
        following = None
        binaries: Mapping[UnitAddress, UnitBinaries] = {}
        if request.selectors or request.page != WHOLE or request.about_binaries:
            selected = select(fleet.units, request.selectors, request.relatives, comparison.heads)
            if request.about_binaries:
                binaries = _with_binaries(session, fleet, selected, request)
                selected = frozenset(binaries)
            chosen, following = request.page.of(selected)
        compared = with_imports(fleet.cells, ledger.applied, comparison.statuses(chosen))
        compared = with_declared_moves(fleet.levels, ledger.applied, compared)
        if request.secrets:
            compared = opened.look(snapshot, session.secrets(fleet)).completed(compared)
        compared = with_all_failures(compared, ledger)
        statuses = with_units_in_progress(compared, ledger.lease_holders)
        statuses = with_places(fleet, with_hidden(session, fleet, statuses))
        cells = {unit.address.of_cell for unit in statuses}
        clients = notable_clients(fleet, ledger, cells)
        stopped = why_stopped(session, clients)
        return FleetStatus(fleet.name, statuses, following, binaries, clients, fleet_order(fleet), stopped)


def with_hidden(
    session: FleetSession, fleet: Fleet, statuses: tuple[UnitStatus, ...]
) -> tuple[UnitStatus, ...]:
    """Let no unit count as gone whose cell the commit has; git is asked only if one seems to be gone."""
    gone = {
        item.address.of_cell
        for item in statuses
        if item.status is Status.DESTROY and item.address.of_cell not in fleet.cells
    }
    if not gone:
        return statuses
    from cellwright.app.session.hidden import hidden, hidden_cells  # noqa: PLC0415  few fleets have such units

    cells = set(hidden_cells(session.repository(), fleet, gone))
    return tuple(
        replace(
            item,
            status=Status.BLOCKED,
            reasons=(Reason(ReasonKind.REMOVED, hidden(item.address.of_cell).summary),),
        )
        if item.address.of_cell in cells
        else item
        for item in statuses
    )


def _with_binaries(
    session: FleetSession, fleet: Fleet, units: Iterable[UnitAddress], request: StatusRequest
) -> Mapping[UnitAddress, UnitBinaries]:
    """Give the units that the wanted programs have run or will run, with their programs."""
    # Seldom asked for, and what reads constraints on versions takes long to import.
    from cellwright.app.status.binaries import binaries_of, parse_query  # noqa: PLC0415

    last = parse_query(request.applied_with) if request.applied_with is not None else None
    now = parse_query(request.runs_with) if request.runs_with is not None else None
    return {
        address: found
        for address, found in binaries_of(session, fleet, units)
        if (last is None or last.matches(found.last)) and (now is None or now.matches(found.now))
    }


def comparison_of(fleet: OpenFleet) -> Comparison:
    """Compare a fleet that is open with its ledger."""
    context = StatusContext(
        home=fleet.home,
        stacks=fleet.stacks.facts,
        digester=fleet.digester,
        recorded=Recorded(fleet.ledger.reader, fleet.fleet.within),
    )
    return Comparison(context, fleet.fleet)


class _Opened:
    """A ledger opened before its fleet is read."""

    def __init__(self, session: FleetSession, ledger: UnitReader) -> None:
        self._session = session
        self._ledger = ledger
        self.recorded = Recorded(ledger)
        self.during_load: StatusesDuringLoad | None = None
        self.without_key = False

    def observe(self, _home: Home, stacks: Stacks) -> StatusesDuringLoad:
        """Evaluate units while the fleet is loaded."""
        self.during_load = StatusesDuringLoad(lambda: self.context(stacks).evaluator())
        return self.during_load

    def look(self, snapshot: Snapshot, secrets: "SecretReader") -> "SecretLook":
        """What compares secrets."""
        # Imported where secrets are read: `--secrets`.
        from cellwright.app.status.secret_look import SecretLook  # noqa: PLC0415

        return SecretLook(
            units=snapshot.fleet.units,
            stacks=snapshot.stacks.facts,
            digester=self._digester,
            secrets=secrets,
            applied=self._ledger.applied,
        )

    def context(self, stacks: Stacks) -> StatusContext:
        """What statuses are told with."""
        return StatusContext(
            home=self._session.home, stacks=stacks.facts, digester=self._digester, recorded=self.recorded
        )

    def refuse_other(self, fleet: str) -> None:
        """Go on only if the ledger is this fleet's, and goes on from where this clone has seen it.

        Raises:
            DiagnosticError: it is another fleet's, was emptied or replaced.
        """
        self._session.refuse_changed(self._ledger)
        refuse_other_fleet(self._bindings, fleet, self._shown)

    @cached_property
    def _bindings(self) -> dict[str, str]:
        return dict(self._ledger.bindings())

    @cached_property
    def _digester(self) -> Digester:
        if KEY not in self._bindings:
            # Nothing was recorded yet, so there is nothing to compare with and no key to make.
            return Digester(b"\0")
        try:
            return digester_of(self._bindings, self._session.find_key(), self._shown)
        except DiagnosticError:
            self.without_key = True
            raise

    def _shown(self) -> str:
        return shown(self._session.ledger_url)
