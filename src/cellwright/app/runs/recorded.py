"""What a run stores while it goes on: its progress, and where the fleet names a store, its logs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from cellwright.app.runs.recording.progress_log import ProgressLog
from cellwright.app.session.session import OpenFleet
from cellwright.model.runs.progress import Listener


@contextmanager
def recording(fleet: OpenFleet, run: str, listener: Listener) -> Iterator[Listener]:
    """Give a listener that stores a run's progress, copies its logs, and passes all events on to another.

    At the end of the block everything has been stored, or given up.
    """
    with ExitStack() as stack:
        told: Listener = stack.enter_context(ProgressLog(fleet.ledger.progress, listener))
        store = fleet.session.artifacts()
        if store is not None:
            from cellwright.app.runs.recording.log_shipping import LogShipping  # noqa: PLC0415  few fleets have a store

            told = stack.enter_context(LogShipping(store, fleet.home.logs, run, told, fleet.session.notice))
        yield told
