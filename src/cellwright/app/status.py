"""Where every unit stands; starts no Terraform and writes nothing but a cache."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from cellwright.app.location import Location
from cellwright.app.paging import WHOLE, Page
from cellwright.app.reading import read_fleet, refuse_errors
from cellwright.app.results import FleetStatus
from cellwright.app.surveying import Grounds, Survey, Tables
from cellwright.app.under_way import with_work_under_way
from cellwright.fleet.load import collection_paused
from cellwright.ledger.direct import read_standings
from cellwright.ledger.key import load_key
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.planning.digest import Digester
from cellwright.planning.selection import Relatives, select

if TYPE_CHECKING:  # loading the database's toolkit takes longer than most calls
    from cellwright.app.opening import OpenFleet
    from cellwright.ledger.leases import Held
    from cellwright.ledger.opening import Ledger


def status(
    location: Location,
    selectors: Sequence[str] = (),
    relatives: Relatives | None = None,
    page: Page = WHOLE,
) -> FleetStatus:
    """Compare the chosen units with the ledger.

    Raises:
        DiagnosticError: the fleet has errors, the ledger can't be read, or a selector matches nothing.
    """
    with collection_paused(), _surveyed(location) as (grounds, tables):
        survey = Survey(grounds, tables)
        chosen = select(grounds.fleet.units, selectors, relatives, survey.heads)
        addresses, following = (chosen, None) if page == WHOLE else page.of(chosen)
        statuses = with_work_under_way(survey.statuses(addresses), tables.holders)
        return FleetStatus(grounds.fleet.name, statuses, following)


def survey_of(fleet: "OpenFleet") -> Survey:
    """Look at a fleet that is open; reads the ledger in one pass each for heads and outputs."""
    grounds = Grounds(home=fleet.home, fleet=fleet.fleet, stacks=fleet.stacks.facts, digester=fleet.digester)
    return Survey(grounds, _tables(fleet.ledger))


@contextmanager
def _surveyed(location: Location) -> Iterator[tuple[Grounds, Tables]]:
    home, fleet, stacks = read_fleet(location)
    refuse_errors(fleet)
    url = home.ledger_url(location.ledger, location.environment)
    found = read_standings(url)
    key = load_key(home.folder, location.environment) if found is not None else None
    if found is None or key is None or found.fleet != fleet.name or found.key_check != key.check():
        # No ledger yet, another kind, or another one's: the long way knows what to do, or what to say.
        from cellwright.app.opening import opened_with  # noqa: PLC0415  see above: its loading takes long

        with opened_with(location, home, fleet, stacks) as opened:
            yield (
                Grounds(home=home, fleet=fleet, stacks=stacks.facts, digester=opened.digester),
                _tables(opened.ledger),
            )
        return
    with ExitStack() as opening:
        ledger = _LaterLedger(url, opening)
        grounds = Grounds(home=home, fleet=fleet, stacks=stacks.facts, digester=Digester(key.secret))
        yield (
            grounds,
            Tables(
                heads=found.heads,
                outputs=found.outputs,
                sources=ledger.sources,
                applied=ledger.applied,
                holders=ledger.holders,
                forked=ledger.forked,
            ),
        )


def _tables(ledger: "Ledger") -> Tables:
    reader = ledger.reader
    return Tables(
        heads=reader.heads_view(),
        outputs=reader.outputs_view(),
        sources=reader.sources,
        applied=reader.applied,
        holders=reader.lease_holders,
        forked=ledger.database.forked,
    )


class _LaterLedger:
    """The ledger, opened when something is asked of it that was not read at once."""

    def __init__(self, url: str, opening: ExitStack) -> None:
        self._url = url
        self._opening = opening
        self._opened: Ledger | None = None

    def sources(self) -> Mapping[str, tuple[str, str]]:
        """Read every unit's source."""
        return self._ledger().reader.sources()

    def applied(self, addresses: Collection[UnitAddress]) -> Mapping[UnitAddress, AppliedUnit]:
        """Read all that is remembered of these units."""
        return self._ledger().reader.applied(addresses)

    def holders(self) -> Mapping[UnitAddress, "Held"]:
        """Read who works on which unit."""
        return self._ledger().reader.lease_holders()

    def forked(self) -> None:
        """Let go of what a copy of the process can't share."""
        if self._opened is not None:
            self._opened.database.forked()

    def _ledger(self) -> "Ledger":
        if self._opened is None:
            from cellwright.ledger.opening import open_ledger  # noqa: PLC0415  its loading takes long

            self._opened = self._opening.enter_context(open_ledger(self._url, create=False))
        return self._opened
