"""What every page and API call works with: the fleet, and who visitors are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from fastapi import Request

from cellwright.access.passwords import Passwords
from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.overview import Overview
from cellwright.app.overview.view import FleetView
from cellwright.app.people.single_sign_on import SingleSignOn
from cellwright.app.runs.hosting.port import NoHost, RunHost
from cellwright.app.session.looks import Looks
from cellwright.app.session.session import FleetSession
from cellwright.console.operations.own_changes import OwnChanges
from cellwright.model.address import CellAddress


def not_logged(_line: str) -> None:
    """Log nothing."""


def nothing() -> None:
    """Do nothing."""


class Visitors(Protocol):
    """Knows whose session or token a request carries."""

    def by_session(self, cookie: str, address: str) -> Visitor | None:
        """Give whom a session's cookie belongs to; None if it is unknown, expired or revoked."""

    def by_token(
        self, token: str, address: str, acts_for: str = "", build: str | None = None
    ) -> Visitor | None:
        """Give whom an API token belongs to; None if it is unknown, expired or revoked.

        `acts_for` names the person that a program says it acts for; `build` is the identity token of the
        build that it is, empty if it sent none; None where nothing is changed.

        Raises:
            DiagnosticError: the token may not act for others, or their name can't be shown; or the build's
                identity token is not to be trusted.
        """

    def record_refusal(self, visitor: Visitor, permission: Permission, cell: CellAddress | None) -> None:
        """Record that somebody was refused."""

    def record_foreign_form(self, visitor: Visitor | None, path: str, address: str) -> None:
        """Record that a form was refused that another site may have sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """How the console is reached."""

    address: str = "http://127.0.0.1:8080"
    """What a browser calls it: scheme, host and port, without a slash at the end."""

    open_metrics: bool = False
    """Whether /metrics is for anybody, not only for who may read the whole fleet."""

    @property
    def secure(self) -> bool:
        """Tell whether browsers reach it by https."""
        return self.address.startswith("https://")


@dataclass(slots=True, kw_only=True)
class Services:
    """Made once for a server; safe to share between threads."""

    session: FleetSession
    visitors: Visitors
    host: RunHost = field(default_factory=NoHost)
    """Carries out the runs that pages start; by default whichever worker is free."""
    settings: WebSettings = field(default_factory=WebSettings)
    passwords: Passwords = field(default_factory=Passwords)
    sign_on: SingleSignOn = field(init=False)
    """The provider of OpenID Connect, where fleet.yaml names one."""
    log: Callable[[str], None] = not_logged
    """Takes the lines of the server's log, each a JSON document."""
    changes: OwnChanges = field(default_factory=OwnChanges)
    """When people have changed something last."""
    reads_first: float | None = None
    """Seconds that a request waits for the fleet to be read the first time; None: without end."""
    loaded: Callable[[], None] = nothing
    """Called when the whole fleet was read."""
    overview: Overview = field(init=False)
    """The whole fleet as pages show it."""
    _looks: Looks = field(init=False)

    def __post_init__(self) -> None:
        self._looks = Looks(lambda: self.session.refresh())  # noqa: PLW0108  the session of that moment
        self.sign_on = SingleSignOn(self.session)
        self.overview = Overview(self.fleet, first=self.reads_first, loaded=self.loaded)

    def view(self, visitor: Visitor, *, waits: bool = False) -> FleetView:
        """Give the whole fleet, with all that a visitor has changed. Raises as `Overview.view`.

        Who `waits` does so until it was read once, however long that takes: a program, not a page.
        """
        return self.overview.view(self.changes.last(visitor.id), waits=waits)

    def fleet(self) -> FleetSession:
        """Give the fleet as its files are; a change by others is seen within a second, in a large one later.

        Raises:
            DiagnosticError: git can't read the repository.
        """
        self._looks.be_current()
        return self.session


def services(request: Request) -> Services:
    """Give the services of the application that serves this request."""
    found: Services = request.app.state.services
    return found
