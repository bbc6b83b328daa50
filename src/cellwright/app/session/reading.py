"""A fleet's settings and stacks, read for one use case; no ledger is touched."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.environments import with_environment_findings
from cellwright.app.session.home import Home
from cellwright.app.session.location import Location
from cellwright.app.session.policies import with_policy_findings
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.cell_observer import CellObserver
from cellwright.fleet.load.entry import find_root, load_fleet
from cellwright.fleet.scope import Scope
from cellwright.ipam.fleet_book import with_address_findings
from cellwright.model.diagnostic import DiagnosticError, Severity, has_errors
from cellwright.model.unit import StackPin
from cellwright.planning.standing import StackFacts
from cellwright.stacks.catalogue import Catalogue
from cellwright.stacks.source.tree import StackTree


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of a fleet as the engine asks for them."""

    catalogue: Catalogue

    def facts(self, pin: StackPin) -> StackFacts:
        """What a fingerprint needs to know of a stack."""
        tree = self.catalogue.tree(pin)
        contract = self.catalogue.contract(pin)
        sensitive = frozenset(item.name for item in contract.variables.values() if item.sensitive)
        outputs = {item.name: item.sensitive for item in contract.outputs.values()}
        return StackFacts(tree.digest, tree.label, sensitive, outputs)

    def both(self, pin: StackPin) -> tuple[StackTree, StackFacts]:
        """The source and its facts."""
        return self.catalogue.tree(pin), self.facts(pin)


def read_fleet(
    location: Location,
    scope: Scope | None = None,
    observer: Callable[[Home, Stacks], CellObserver] | None = None,
) -> tuple[Home, Fleet, Stacks]:
    """Load a fleet with all its findings, or those about `scope`; opens no ledger, writes at most a cache.

    `observer` makes a callback for every cell that is resolved, once it is known where the fleet lies.

    Raises:
        DiagnosticError: there is no fleet here.
    """
    root = find_root(location.fleet or Path.cwd())
    home = Home(root)
    if home.writable():
        # The cache comes before anything else, and may not come into a folder that others can enter.
        home.prepare()
    stacks = Stacks(Catalogue(root, home.cache))
    observing = observer(home, stacks) if observer is not None else None
    fleet = load_fleet(root, stacks.catalogue.contract, home.cache, scope, observing)
    return home, with_policy_findings(with_environment_findings(with_address_findings(fleet))), stacks


def refuse_errors(fleet: Fleet) -> None:
    """Go on only with a fleet without errors.

    Raises:
        DiagnosticError: it has some; all of them.
    """
    if has_errors(fleet.diagnostics):
        raise DiagnosticError(*(item for item in fleet.diagnostics if item.severity is Severity.ERROR))
