"""Opens all that the console needs over one fleet, and serves it until it is told to stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from cellwright.app.drift.ticking import going_by_schedules
from cellwright.app.people.visitors import FleetVisitors
from cellwright.app.people.welcome import first_admin_token, password_link
from cellwright.app.rollouts.ticking import driving
from cellwright.app.runs.hosting.host import HostSettings
from cellwright.app.runs.hosting.opening import make_host
from cellwright.app.runs.hosting.port import NoHost, RunHost
from cellwright.app.session.repository.checkout import SessionAt
from cellwright.app.session.repository.serving import as_server
from cellwright.app.session.session import FleetSession
from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen, never
from cellwright.console.services import Services, WebSettings, not_logged, nothing
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError

_FIRST_PAGE = 3.0
"""Seconds after which a page says that the fleet is being read, instead of waiting for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeRequest:
    """How to serve the console."""

    listening: Listening = field(default_factory=Listening)
    told_to_end: Callable[[], bool] = never
    """Whether to stop; asked all the time."""
    without_workers: bool = False
    """Runs are carried out by workers elsewhere, none of them here."""
    opener: SessionAt | None = None
    """Opens the fleet at a run's commit, where the fleet's clone has moved on; None: as its folder has it."""
    open_metrics: bool = False
    """/metrics is for anybody who reaches the port."""
    log: Callable[[str], None] = not_logged
    """Takes the lines of the server's log."""
    loaded: Callable[[], None] = nothing
    """Called each time that the whole fleet was read."""
    password_link: str = ""
    """The login of somebody for whom a link is made with which they set a new password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A console that answers requests."""

    address: str
    """For a browser: scheme, host and port."""
    first_admin: str | None
    """The link for the first administrator, which works once; None if there is one."""
    password_link: str | None = None
    """The link that was wanted for somebody who forgot their password."""


def serve_console(
    session: FleetSession, actor: Actor, request: ServeRequest, ready: Callable[[Serving], None]
) -> None:
    """Serve until the request says to end; `ready` is called when requests are answered.

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
    as_server(session)
    listening = listen(request.listening)
    with listening:
        address = _address(session) or address_of(listening)
        secret = first_admin_token(session, actor)
        wanted = password_link(session, actor, request.password_link) if request.password_link else None
        serving = Serving(
            address=address,
            first_admin=_link(address, secret),
            password_link=_link(address, wanted),
        )
        with _host(session, request) as host:
            services = Services(
                session=session,
                visitors=FleetVisitors(session),
                host=host,
                settings=WebSettings(address=address, open_metrics=request.open_metrics),
                log=request.log,
                reads_first=_FIRST_PAGE,
                loaded=request.loaded,
            )
            yield ConsoleServer(
                create_application(services),
                listening,
                request.listening.proxies,
                lambda: ready(serving),
                request.told_to_end,
            )


def _link(address: str, secret: str | None) -> str | None:
    return f"{address}/welcome/{secret}" if secret is not None else None


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
    with (
        make_host(session, HostSettings(), opener=request.opener) as host,
        driving(session, host, host.commits.at),
        going_by_schedules(session, host),
    ):
        yield host
