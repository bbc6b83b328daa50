"""What every page and API call works with: the fleet, and who visitors are."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from fastapi import Request

from cellwright.access.passwords import Passwords
from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.view import Overview
from cellwright.app.people.single_sign_on import SingleSignOn
from cellwright.app.runs.hosting.port import NoHost, RunHost
from cellwright.app.session.session import FleetSession
from cellwright.model.address import CellAddress


def not_logged(_line: str) -> None:
    """Log nothing."""


LOOKED_AGAIN = 1.0
"""Seconds between two looks at whether the fleet's files have changed."""


class Visitors(Protocol):
    """Knows whose session or token a request carries."""

    def by_session(self, cookie: str, address: str) -> Visitor | None:
        """Give whom a session's cookie belongs to; None if it is unknown, expired or revoked."""

    def by_token(self, token: str, address: str, acts_for: str = "") -> Visitor | None:
        """Give whom an API token belongs to; None if it is unknown, expired or revoked.

        `acts_for` names the person that a program says it acts for.

        Raises:
            DiagnosticError: the token may not act for others, or their name can't be shown.
        """

    def record_refusal(self, visitor: Visitor, permission: Permission, cell: CellAddress | None) -> None:
        """Record that somebody was refused."""

    def record_foreign_form(self, visitor: Visitor | None, path: str, address: str) -> None:
        """Record that a form was refused that another site may have sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
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
    settings: ConsoleSettings = field(default_factory=ConsoleSettings)
    passwords: Passwords = field(default_factory=Passwords)
    sign_on: SingleSignOn = field(init=False)
    """The provider of OpenID Connect, where fleet.yaml names one."""
    log: Callable[[str], None] = not_logged
    """Takes the lines of the server's log, each a JSON document."""
    overview: Overview = field(init=False)
    """The whole fleet as pages show it."""
    _looked: float = field(init=False, default=float("-inf"))
    _guard: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self.sign_on = SingleSignOn(self.session)
        self.overview = Overview(self.fleet)

    def fleet(self) -> FleetSession:
        """Give the fleet as its files are now; a change is seen within a second.

        Raises:
            DiagnosticError: git can't read the repository.
        """
        with self._guard:
            if time.monotonic() - self._looked >= LOOKED_AGAIN:
                self.session.refresh()
                self._looked = time.monotonic()
        return self.session


def services(request: Request) -> Services:
    """Give the services of the application that serves this request."""
    found: Services = request.app.state.services
    return found
