"""Chooses how the hands of this process are woken: by the ledger's database where it can, else by threads."""

from collections.abc import Callable
from importlib.util import find_spec

from cellwright.app.runs.hosting.host import HostSettings, QueueHost, silent
from cellwright.app.runs.recording.tracing import provider_of, traced_by
from cellwright.app.session.repository.checkout import SessionAt
from cellwright.app.session.session import FleetSession
from cellwright.engine.dispatch.dispatcher import Dispatcher, ThreadDispatcher
from cellwright.ledger.database.location import PostgresLocation
from cellwright.model.runs.progress import Listener


def make_host(
    session: FleetSession,
    settings: HostSettings,
    listener: Callable[[str], Listener] = silent,
    opener: SessionAt | None = None,
) -> QueueHost:
    """Make a host that works while it is entered; its runs are traced if the environment says where to.

    Raises:
        DiagnosticError: the ledger can't be used, or what traces runs is not installed.
    """
    traces = provider_of(session.environment)
    if traces is not None and listener is silent:
        listener = traced_by(traces)
    return QueueHost(session, settings, dispatcher_for(session), listener, opener=opener)


def dispatcher_for(session: FleetSession) -> Dispatcher:
    """Make what wakes the hands: Procrastinate on PostgreSQL if it is installed, else threads that look.

    Raises:
        DiagnosticError: the ledger can't be used.
    """
    location = session.ledger(writing=True).database.location
    if not isinstance(location, PostgresLocation) or find_spec("procrastinate") is None:
        return ThreadDispatcher()
    # Imported where it is used: it is an extra.
    from cellwright.engine.dispatch.procrastinate_jobs import ProcrastinateDispatcher  # noqa: PLC0415

    return ProcrastinateDispatcher(location.conninfo)
