"""Where tools get their answers: the fleet's folder, opened once and looked at again, or a server."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Concatenate, ParamSpec, TypeVar

from mcp.types import CallToolResult

from cellwright.app.session.actor.identity import identify
from cellwright.app.session.session import FleetSession
from cellwright.cli.invocation import Invocation
from cellwright.cli.mcp.answers import Told, answered, refused
from cellwright.cli.mcp.call import Call
from cellwright.cli.mcp.documents import Answer
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import error
from cellwright.model.text.visible import visible

P = ParamSpec("P")
R = TypeVar("R")

_AT_ONCE = 4
"""Answers that are made at once: each may hold a fleet's settings in memory."""
_LONGEST_NAME = 80


_LOOK = 0.2
"""Seconds between two looks at whether anybody still waits."""


def _no_call() -> ContextVar[Call]:
    return ContextVar("call", default=Call())  # noqa: B039  that of a thread without a call; nobody cancels it


@dataclass(frozen=True, slots=True)
class Desk:
    """Carries out use cases for tools, from several threads."""

    invocation: Invocation
    gone: threading.Event = field(init=False, default_factory=threading.Event)
    """Set once there is no client any more: nobody waits for an answer."""
    _call: ContextVar[Call] = field(init=False, default_factory=_no_call)
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

    @contextmanager
    def call(self, call: Call) -> Iterator[None]:
        """Work for a call, in this thread, until the block ends."""
        token = self._call.set(call)
        try:
            yield
        finally:
            self._call.reset(token)

    @property
    def this_call(self) -> Call:
        """The call that this thread works for."""
        return self._call.get()

    @property
    def is_cancelled(self) -> bool:
        """Whether the client has cancelled this thread's call, and is still there."""
        return self.this_call.cancelled.is_set() and not self.gone.is_set()

    def stopped(self, seconds: float = 0) -> bool:
        """Wait so long; tell as soon as nobody waits for the answer any more."""
        until = time.monotonic() + seconds
        while not (self.gone.is_set() or self.this_call.cancelled.is_set()):
            left = until - time.monotonic()
            if left <= 0:
                return False
            self.this_call.cancelled.wait(min(left, _LOOK))
        return True

    def answer(self, model: type[Answer], find: Callable[[], Told]) -> CallToolResult:
        """Answer with what `find` gives, a document of the model; the fleet's files are looked at again."""
        while not self._places.acquire(timeout=_LOOK):
            if self.stopped():
                return refused((error("the call was cancelled before its turn came", "call again"),))
        try:
            return answered(model, lambda: self._found(find))
        finally:
            self._places.release()

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
