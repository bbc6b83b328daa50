"""Opening a fleet: its settings, its ledger and its stacks in one hand, for one use case."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.address_book import with_address_findings
from cellwright.app.home import Home
from cellwright.app.location import Location
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load import find_root, load_fleet
from cellwright.ledger.key import load_key
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.diagnostic import DiagnosticError, Severity, has_errors
from cellwright.model.unit import StackPin
from cellwright.planning.digest import Digester
from cellwright.planning.standing import StackFacts
from cellwright.stacks.catalogue import Catalogue
from cellwright.stacks.tree import StackTree


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of a fleet as the engine asks for them."""

    catalogue: Catalogue

    def facts(self, pin: StackPin) -> StackFacts:
        """What a fingerprint needs to know of a stack."""
        tree = self.catalogue.tree(pin)
        contract = self.catalogue.contract(pin)
        sensitive = frozenset(item.name for item in contract.variables.values() if item.sensitive)
        return StackFacts(tree.digest, tree.label, sensitive)

    def both(self, pin: StackPin) -> tuple[StackTree, StackFacts]:
        """The source and its facts."""
        return self.catalogue.tree(pin), self.facts(pin)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFleet:
    """A fleet with its ledger, as one use case sees it."""

    home: Home
    fleet: Fleet
    stacks: Stacks
    ledger: Ledger
    digester: Digester
    location: Location


def read_fleet(location: Location) -> tuple[Home, Fleet, Stacks]:
    """Load a fleet with all its findings; opens no ledger, writes at most a cache.

    Raises:
        DiagnosticError: there is no fleet here.
    """
    root = find_root(location.fleet or Path.cwd())
    home = Home(root)
    if home.writable():
        # The cache comes before anything else, and may not come into a folder that others can enter.
        home.prepare()
    stacks = Stacks(Catalogue(root, home.cache))
    return home, with_address_findings(load_fleet(root, stacks.catalogue.contract, home.cache)), stacks


@contextmanager
def opened(location: Location, *, writing: bool) -> Iterator[OpenFleet]:
    """Open a fleet that has no errors.

    Without `writing`, a ledger that does not exist is read as an empty one and nothing is made.

    Raises:
        DiagnosticError: the fleet has errors (all of them), or its ledger can't be used.
    """
    home, fleet, stacks = read_fleet(location)
    if has_errors(fleet.diagnostics):
        raise DiagnosticError(*(item for item in fleet.diagnostics if item.severity is Severity.ERROR))
    if writing:
        home.prepare()  # says why, where it can't be written
    environment: Mapping[str, str] = location.environment
    with open_ledger(home.ledger_url(location.ledger, environment), create=writing) as ledger:
        ledger.bindings.confirm_fleet(fleet.name)
        yield OpenFleet(
            home=home,
            fleet=fleet,
            stacks=stacks,
            ledger=ledger,
            digester=_digester(home, ledger, environment, writing=writing),
            location=location,
        )


@contextmanager
def opened_ledger(location: Location) -> Iterator[tuple[Home, Ledger]]:
    """Open a fleet's ledger for reading, whatever state the fleet's settings are in.

    Raises:
        DiagnosticError: there is no fleet here, or its ledger can't be read.
    """
    home = Home(find_root(location.fleet or Path.cwd()))
    with open_ledger(home.ledger_url(location.ledger, location.environment), create=False) as ledger:
        yield home, ledger


def _digester(home: Home, ledger: Ledger, environment: Mapping[str, str], *, writing: bool) -> Digester:
    if not writing and ledger.database.absent:
        # Nothing was ever recorded, so there is nothing to compare with and no key to make.
        return Digester(b"\0")
    key = load_key(home.folder, environment)
    ledger.bindings.confirm_key(key)
    return Digester(key.secret)
