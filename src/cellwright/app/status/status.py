"""`status`: compares units with the ledger; starts no Terraform and writes nothing but a cache."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.app.results import FleetStatus
from cellwright.app.session.home import Home
from cellwright.app.session.location import Location
from cellwright.app.session.reading import Stacks, read_fleet, refuse_errors
from cellwright.app.status.comparison import Comparison, Means, Recorded
from cellwright.app.status.during_load import StatusesDuringLoad
from cellwright.app.status.in_progress import with_units_in_progress
from cellwright.app.status.paging import WHOLE, Page
from cellwright.fleet.load.entry import find_root
from cellwright.ledger.key import load_key
from cellwright.ledger.ownership import KEY, refuse_other_fleet, refuse_other_key
from cellwright.ledger.quick_opening import open_for_units, shown
from cellwright.ledger.read.unit_reader import UnitReader
from cellwright.model.address import UnitAddress
from cellwright.planning.digest import Digester
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select

if TYPE_CHECKING:  # importing it imports SQLAlchemy
    from cellwright.app.session.opening import OpenFleet


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
    home = Home(find_root(location.fleet or Path.cwd()))
    with open_for_units(home.ledger_url(location.ledger, location.environment)) as ledger:
        opened = _Opened(location, home, ledger)
        scope = scope_of(selectors, relatives)
        _, fleet, stacks = read_fleet(location, scope, opened.observe if scope is None else None)
        refuse_errors(fleet)
        opened.refuse_other(fleet.name)
        opened.recorded.within = fleet.within
        comparison = Comparison(opened.means(stacks), fleet, opened.during_load)
        chosen: Sequence[UnitAddress] | None = None
        following = None
        if selectors or page != WHOLE:
            chosen, following = page.of(select(fleet.units, selectors, relatives, comparison.heads))
        statuses = with_units_in_progress(comparison.statuses(chosen), ledger.lease_holders)
        return FleetStatus(fleet.name, statuses, following)


def comparison_of(fleet: "OpenFleet") -> Comparison:
    """Compare a fleet that is open with its ledger."""
    means = Means(
        home=fleet.home,
        stacks=fleet.stacks.facts,
        digester=fleet.digester,
        recorded=Recorded(fleet.ledger.reader, fleet.fleet.within),
    )
    return Comparison(means, fleet.fleet)


class _Opened:
    """A ledger opened before its fleet is read."""

    def __init__(self, location: Location, home: Home, ledger: UnitReader) -> None:
        self._location = location
        self._home = home
        self._ledger = ledger
        self.recorded = Recorded(ledger)
        self.during_load: StatusesDuringLoad | None = None

    def observe(self, _home: Home, stacks: Stacks) -> StatusesDuringLoad:
        """Evaluate units while the fleet is loaded."""
        self.during_load = StatusesDuringLoad(lambda: self.means(stacks).evaluator())
        return self.during_load

    def means(self, stacks: Stacks) -> Means:
        """What statuses are told with."""
        return Means(home=self._home, stacks=stacks.facts, digester=self._digester, recorded=self.recorded)

    def refuse_other(self, fleet: str) -> None:
        """Go on only if the ledger is this fleet's.

        Raises:
            DiagnosticError: it is another fleet's.
        """
        refuse_other_fleet(self._bindings, fleet, self._shown)

    @cached_property
    def _bindings(self) -> dict[str, str]:
        return dict(self._ledger.bindings())

    @cached_property
    def _digester(self) -> Digester:
        if KEY not in self._bindings:
            # Nothing was recorded yet, so there is nothing to compare with and no key to make.
            return Digester(b"\0")
        key = load_key(self._home.folder, self._location.environment)
        refuse_other_key(self._bindings, key, self._shown)
        return Digester(key.secret)

    def _shown(self) -> str:
        return shown(self._home.ledger_url(self._location.ledger, self._location.environment))
