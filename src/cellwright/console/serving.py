"""Opens all that the console needs over one fleet, and serves it until it is told to stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from cellwright.app.people.visitors import FleetVisitors
from cellwright.app.people.welcome import first_admin_token
from cellwright.app.runs.hosting.host import HostSettings
from cellwright.app.runs.hosting.opening import make_host
from cellwright.app.runs.hosting.port import NoHost, RunHost
from cellwright.app.session.session import FleetSession
from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen
from cellwright.console.services import ConsoleSettings, Services
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeRequest:
    """How to serve the console."""

    listening: Listening = field(default_factory=Listening)
    without_workers: bool = False
    """Runs are carried out by workers elsewhere, none of them here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A console that answers requests."""

    address: str
    """For a browser: scheme, host and port."""
    first_admin: str | None
    """The link for the first administrator, which works once; None if there is one."""


def serve_console(
    session: FleetSession, actor: Actor, request: ServeRequest, ready: Callable[[Serving], None]
) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called when requests are answered.

    Raises:
        DiagnosticError: the port can't be taken, or the ledger can't be used.
    """
    with opened_console(session, actor, request, ready) as server:
        server.run()


@contextmanager
def opened_console(
    session: FleetSession, actor: Actor, request: ServeRequest, ready: Callable[[Serving], None]
) -> Iterator[ConsoleServer]:
    """Take the port, open the ledger and have its runs carried out; the server is not running yet.

    Raises:
        DiagnosticError: as `serve_console`.
    """
    listening = listen(request.listening)
    with listening:
        address = _address(session) or address_of(listening)
        secret = first_admin_token(session, actor)
        link = f"{address}/welcome/{secret}" if secret is not None else None
        serving = Serving(address=address, first_admin=link)
        with _host(session, request) as host:
            services = Services(
                session=session,
                visitors=FleetVisitors(session),
                host=host,
                settings=ConsoleSettings(address=address),
            )
            yield ConsoleServer(
                create_application(services), listening, request.listening.proxies, lambda: ready(serving)
            )


def _address(session: FleetSession) -> str | None:
    # What is wrong with fleet.yaml is shown by every page: the server runs all the same.
    with suppress(DiagnosticError):
        return session.console().url
    return None


@contextmanager
def _host(session: FleetSession, request: ServeRequest) -> Iterator[RunHost]:
    if request.without_workers:
        yield NoHost()
        return
    with make_host(session, HostSettings()) as host:
        yield host
