"""Where tools get their answers: the fleet's folder, opened once and looked at again, or a server."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Concatenate, ParamSpec, TypeVar

from mcp.types import CallToolResult

from cellwright.app.session.actor.identity import identify
from cellwright.app.session.session import FleetSession
from cellwright.cli.invocation import Invocation
from cellwright.cli.mcp.answers import Told, answered
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.text.visible import visible

P = ParamSpec("P")
R = TypeVar("R")

_AT_ONCE = 4
"""Answers that are made at once: each may hold a fleet's settings in memory."""
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Desk:
    """Carries out use cases for tools, from several threads."""

    invocation: Invocation
    gone: threading.Event = field(init=False, default_factory=threading.Event)
    """Set once there is no client any more: nobody waits for an answer."""
    _places: threading.BoundedSemaphore = field(
        init=False, default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE)
    )

    def confirm(self) -> None:
        """Open the fleet: one that can't be used is told at once, not by each tool.

        Raises:
            DiagnosticError: there is none, it may not be used, or its ledger can't be read.
        """
        if self.invocation.server is None:
            self.invocation.fleet.ledger()

    def answer(self, find: Callable[[], Told]) -> CallToolResult:
        """Answer with what `find` gives; the fleet is read again if a file of it has changed."""
        with self._places:
            return answered(lambda: self._found(find))

    def look(
        self, use_case: Callable[Concatenate[FleetSession, P], R], *given: P.args, **named: P.kwargs
    ) -> R:
        """Run a use case that only looks.

        Raises:
            DiagnosticError: the use case's own; or the server can't answer it.
        """
        return self.invocation.look(use_case, *given, **named)

    def act(
        self,
        use_case: Callable[Concatenate[FleetSession, Actor, P], R],
        client: str,
        *given: P.args,
        **named: P.kwargs,
    ) -> R:
        """Run a use case in the name of the person whose session it is, for the program `client`.

        Raises:
            DiagnosticError: as `look`.
        """
        if self.invocation.server is not None:
            return self.invocation.act(use_case, *given, **named)
        return use_case(self.invocation.fleet, self.actor(client), *given, **named)

    def actor(self, client: str) -> Actor:
        """Name the person, and say that it came from an assistant.

        Raises:
            DiagnosticError: the person's name can't be used.
        """
        fleet = self.invocation.fleet
        person = identify(fleet.root, self.invocation.environment, fleet.builds())
        through = Voucher(VoucherKind.ASSISTANT, f"MCP client {client}", checked=False)
        return replace(person, vouchers=(*person.vouchers, through))

    def _found(self, find: Callable[[], Told]) -> Told:
        if self.invocation.server is None:
            self.invocation.fleet.refresh()
        return find()


def client_name(name: str, version: str) -> str:
    """Name a client as it has introduced itself, on one line; anything may be in it."""
    said = visible(" ".join(f"{name} {version}".split()))[:_LONGEST_NAME].strip()
    return said or "without a name"
