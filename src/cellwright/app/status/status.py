"""Where every unit stands; starts no Terraform and writes nothing but a cache."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cellwright.app.session.home import Home
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.app.session.snapshot import Stacks
from cellwright.app.status.examiner import Examiner
from cellwright.app.status.paging import WHOLE, Page
from cellwright.app.status.survey import Grounds, Survey, Tables, surveyor_of
from cellwright.app.status.under_way import with_work_under_way
from cellwright.fleet.scope import Scope
from cellwright.ledger.read.direct import Details, read_standings
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.change import UnitStatus
from cellwright.model.diagnostic import DiagnosticError
from cellwright.planning.digest import Digester
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select

if TYPE_CHECKING:  # loading the database's toolkit takes longer than most calls
    from cellwright.ledger.leases import Held
    from cellwright.ledger.opening import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRequest:
    """Which units."""

    selectors: Sequence[str] = ()
    relatives: Relatives = field(default_factory=Relatives)
    page: Page = WHOLE


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """The status of every chosen unit."""

    fleet: str
    units: tuple[UnitStatus, ...]
    next: UnitAddress | None = None
    """The last of the units where a next page follows."""


def status(session: FleetSession, request: StatusRequest) -> FleetStatus:
    """Compare the chosen units with the ledger.

    Raises:
        DiagnosticError: the fleet has errors, the ledger can't be read, or a selector matches nothing.
    """
    selectors, relatives, page = request.selectors, request.relatives, request.page
    with ExitStack() as opening:
        grounds, tables, seen = _surveyed(session, scope_of(selectors, relatives), opening)
        survey = Survey(grounds, tables, seen)
        chosen = select(grounds.fleet.units, selectors, relatives, survey.heads)
        addresses, following = (chosen, None) if page == WHOLE else page.of(chosen)
        statuses = with_work_under_way(survey.statuses(addresses), tables.holders)
        return FleetStatus(grounds.fleet.name, statuses, following)


def survey_of(fleet: OpenFleet) -> Survey:
    """Look at a fleet that is open; reads the ledger in one pass each for heads and outputs."""
    grounds = Grounds(home=fleet.home, fleet=fleet.fleet, stacks=fleet.stacks.facts, digester=fleet.digester)
    return Survey(grounds, _tables(fleet.ledger, fleet.fleet.within))


def _surveyed(
    session: FleetSession, scope: Scope | None, opening: ExitStack
) -> tuple[Grounds, Tables, Examiner | None]:
    found = _read_at_once(session, opening) if scope is None else None
    watch = found.examiner if found is not None else None
    snapshot = session.snapshot(scope, watch).without_errors()
    home, fleet, stacks = snapshot.home, snapshot.fleet, snapshot.stacks
    if scope is not None:
        # Which rows are needed is known only now; the few cells are looked at one by one.
        found = _read_at_once(session, opening, fleet.within)
    if found is None or found.fleet != fleet.name:
        # No ledger yet, another kind, or another one's: the long way knows what to do, or what to say.
        opened = session.open(scope=scope)
        grounds = Grounds(home=home, fleet=fleet, stacks=stacks.facts, digester=opened.digester)
        return grounds, _tables(opened.ledger, fleet.within), None
    grounds = Grounds(home=home, fleet=fleet, stacks=stacks.facts, digester=found.digester)
    return grounds, found.tables, found.seen


@dataclass(slots=True)
class _AtOnce:
    """A ledger's standings, read before the fleet is."""

    fleet: str
    """Whose ledger it says that it is."""
    digester: Digester
    tables: Tables
    seen: Examiner | None = None

    def examiner(self, home: Home, stacks: Stacks) -> Examiner:
        """Make the callback for the cells that are resolved."""
        tables = self.tables
        surveyor = surveyor_of(
            home, stacks.facts, self.digester, tables, lambda unit: tables.applied((unit,)).get(unit)
        )
        self.seen = Examiner(surveyor)
        return self.seen


def _read_at_once(
    session: FleetSession, opening: ExitStack, within: Sequence[str] | None = None
) -> _AtOnce | None:
    """Read a ledger that is a file; None for the long way."""
    found = read_standings(session.ledger_url, within)
    try:
        key = session.key() if found is not None else None
    except DiagnosticError:
        key = None
    if found is None or key is None or found.key_check != key.check():
        return None
    opening.callback(found.details.close)
    ledger = _LaterLedger(session, found.details, within)
    tables = Tables(
        heads=found.heads,
        outputs=found.outputs,
        sources=ledger.sources,
        applied=ledger.applied,
        holders=ledger.holders,
    )
    return _AtOnce(found.fleet, Digester(key.secret), tables)


def _tables(ledger: "Ledger", within: Sequence[str] | None) -> Tables:
    reader = ledger.reader
    return Tables(
        heads=reader.heads_view(within),
        outputs=reader.outputs_view(within),
        sources=lambda: reader.sources(within),
        applied=reader.applied,
        holders=reader.lease_holders,
    )


class _LaterLedger:
    """The rest of the ledger: read straight from its file where that can be, else the long way."""

    def __init__(self, session: FleetSession, details: Details, within: Sequence[str] | None) -> None:
        self._session = session
        self._details = details
        self._within = within

    def sources(self) -> Mapping[str, tuple[str, str]]:
        """Read the units' sources."""
        found = self._details.sources(self._within)
        return found if found is not None else self._session.ledger().reader.sources(self._within)

    def applied(self, addresses: Collection[UnitAddress]) -> Mapping[UnitAddress, AppliedUnit]:
        """Read all that is remembered of these units."""
        found = self._details.applied(addresses)
        return found if found is not None else self._session.ledger().reader.applied(addresses)

    def holders(self) -> Mapping[UnitAddress, "Held"]:
        """Read who works on which unit."""
        return self._session.ledger().reader.lease_holders()
