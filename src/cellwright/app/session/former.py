"""Units as the fleet's repository had them at an earlier commit, secrets included; kept in memory only."""

from dataclasses import dataclass, field

from cellwright.app.session.session import OpenFleet
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.once import OncePerKey
from cellwright.model.unit import Unit
from cellwright.stacks.catalogue import Catalogue
from cellwright.stacks.source.checkout import Checkouts
from cellwright.stacks.source.former import former_fleet


@dataclass(frozen=True, slots=True)
class FormerUnits:
    """Finds units at commits of the fleet's repository; each commit is loaded once."""

    fleet: OpenFleet
    _fleets: OncePerKey[str, Fleet | DiagnosticError] = field(init=False, default_factory=OncePerKey)

    def unit(self, commit: str, address: UnitAddress) -> Unit | None:
        """Give a unit as the settings were at a commit; None if they did not have it.

        Raises:
            DiagnosticError: the commit can't be had, or holds no fleet.
        """
        found = self._fleets.get(commit, lambda: self._loaded(commit))
        if isinstance(found, DiagnosticError):
            raise DiagnosticError(*found.diagnostics)
        return found.units.get(address)

    def _loaded(self, commit: str) -> Fleet | DiagnosticError:
        try:
            return self._load(commit)
        except DiagnosticError as fault:  # kept, too: a fetch that fails takes its time
            return fault

    def _load(self, commit: str) -> Fleet:
        session, cache = self.fleet.session, self.fleet.home.cache
        checkouts = Checkouts(cache / "git", session.environment)
        former = former_fleet(session.root, commit, checkouts, session.environment)
        catalogue = Catalogue(
            former.root,
            cache,
            session.environment,
            self.fleet.stacks.product_of,
            git_base=session.root,
        )
        # What else may be wrong with that commit does not matter: each value is compared with its digest.
        return load_fleet(former.root, catalogue.contract)
