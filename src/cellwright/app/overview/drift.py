"""Drift as pages show it: read again when the ledger has new events, or an acknowledgement has ended."""

from collections.abc import Container
from dataclasses import dataclass, replace

from cellwright.app.drift.listing import DriftView, view_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.drift.values import LookCounts
from cellwright.model.address import CellAddress


@dataclass(slots=True)
class DriftReader:
    """Reads the drift of one fleet."""

    _ends: int | None = None
    """When the next acknowledgement ends by itself: milliseconds since 1970."""

    def read(self, session: FleetSession) -> DriftView:
        """Give all that is known.

        Raises:
            DiagnosticError: the ledger can't be read.
        """
        drift = session.ledger().drift
        holding = drift.acknowledgements.holding()
        self._ends = min((item.until for item in holding), default=None)
        return view_of(drift.shown(), holding, drift.counts())

    def is_outdated(self, session: FleetSession) -> bool:
        """Tell whether an acknowledgement has ended since it was read."""
        return self._ends is not None and milliseconds(session.now()) >= self._ends


def restricted(view: DriftView, cells: Container[CellAddress]) -> DriftView:
    """Give the drift of the cells that somebody may see, without the counts, which are of all cells."""
    return replace(view.only(lambda unit: unit.of_cell in cells), counts=LookCounts())
