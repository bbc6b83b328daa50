"""The ledger as it was at one event, and comparing with it while the fleet is loaded."""

from collections.abc import Callable
from dataclasses import dataclass

from cellwright.app.session.home import Home
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Stacks
from cellwright.app.status.comparison import Recorded, StatusContext
from cellwright.app.status.during_load import StatusesDuringLoad
from cellwright.fleet.load.unit_table import CellObserver
from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.ledger.opening import Ledger
from cellwright.ledger.ownership import KEY, digester_of
from cellwright.ledger.quick_opening import shown
from cellwright.ledger.read.views import HeadsView, OutputsView
from cellwright.model.diagnostic import DiagnosticError
from cellwright.planning.digest import Digester
from cellwright.planning.unit_status import StatusEvaluator


def _nobody_is_told() -> None:
    pass


@dataclass(frozen=True, slots=True)
class LedgerThen:
    """The ledger as it was after an event, or later."""

    ledger: Ledger
    sequence: int
    views: tuple[HeadsView, OutputsView]
    digester: Digester


def ledger_now(session: FleetSession) -> LedgerThen:
    """Read it. Raises DiagnosticError: it can't be read, or its key is not here."""
    ledger = session.ledger()
    # The number comes first: what happens meanwhile is looked at again.
    sequence = ledger.reader.chain_end().sequence
    return LedgerThen(ledger, sequence, ledger.reader.heads_and_outputs(), current_digester(session, ledger))


def context_at(session: FleetSession, stacks: Stacks, at: LedgerThen) -> StatusContext:
    """Give what a comparison with it needs."""
    return StatusContext(
        home=session.home,
        stacks=stacks.facts,
        digester=at.digester,
        recorded=Recorded(at.ledger.reader, None, at.views),
    )


def current_digester(session: FleetSession, ledger: Ledger) -> Digester:
    """Give what makes digests of sensitive values for this ledger as it is now."""
    bindings = ledger.reader.bindings()
    if KEY not in bindings:
        return Digester(b"\0")  # nothing was recorded yet, so there is nothing to compare with
    return digester_of(bindings, session.find_key(), lambda: shown(session.ledger_url))


@dataclass(slots=True)
class DuringLoad:
    """Compares cells while a load resolves them, so that none is resolved twice.

    A load that finds all in the cache resolves nothing, and this reads nothing then.
    """

    session: FleetSession
    tell: Callable[[], None] = _nobody_is_told
    """Called for each cell that was resolved."""
    at: LedgerThen | None = None
    """The ledger as it was when the first cell was resolved."""
    found: StatusesDuringLoad | None = None

    def observe(self, _home: Home, stacks: Stacks) -> CellObserver:
        """Give what the load calls for each cell."""
        self.at, self.found = None, StatusesDuringLoad(lambda: self._evaluator(stacks))
        return self._see

    def _evaluator(self, stacks: Stacks) -> StatusEvaluator:
        self.at = ledger_now(self.session)
        return context_at(self.session, stacks, self.at).evaluator()

    def _see(self, cell: ResolvedCell) -> None:
        self.tell()
        if cell.cell is None or self.found is None:
            return  # its documents can't be read: the load has a finding, and there is nothing to compare
        try:
            self.found(cell)
        except DiagnosticError:
            self.found = None  # what is wrong is said, of each unit, when all are compared
