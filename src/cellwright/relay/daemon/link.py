"""One connection of Terraform's: for Terraform, one provider instance."""

import asyncio
from collections.abc import Callable

from cellwright.relay.daemon.caller import Caller, Starting
from cellwright.relay.daemon.calls import (
    GONE,
    Call,
    HeldCall,
    LocalCall,
    PassedCall,
    Source,
    refuse,
)
from cellwright.relay.daemon.checked import CheckedCall, Question
from cellwright.relay.daemon.exchange import ProviderError
from cellwright.relay.daemon.methods import Role, role_of
from cellwright.relay.daemon.offer import Offer
from cellwright.relay.daemon.peer import PeerError
from cellwright.relay.daemon.provider import ProviderProcess
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.headers import HeaderError

_SERVING = b"\x08\x01"
"""grpc.health.v1.HealthCheckResponse: SERVING."""


class Link:
    """Decides what becomes of each call on one connection.

    Once the connection has configured a provider process, every call that a provider must answer goes to that
    one. If it dies the connection stays, and answers that it is gone: were it closed, Terraform would connect
    anew and go on with a provider that was never configured.
    """

    def __init__(self, offer: Offer, admit: Callable[["Link"], Caller]) -> None:
        self.front = Http2Connection(self, client=False)
        self._offer = offer
        self._admit = admit
        self._caller: Caller | None = None
        self._own: Starting | None = None
        self._calls: dict[int, Call] = {}

    # What Terraform does (http2.connection.Events).

    def opened(self) -> None:
        """A real connection, not go-plugin's probe: find out whose."""
        try:
            caller = self._admit(self)
        except PeerError as fault:
            self._offer.services.note(f"refused: {fault}")
            self.front.close()
            return
        self._caller = caller
        caller.join()

    def headers(self, stream: int, block: bytes, *, end: bool) -> None:
        """A call begins."""
        if stream in self._calls or self._caller is None:
            return
        try:
            method = grpc.method_of(block)
        except HeaderError as fault:
            self._offer.services.note(f"a call that cannot be read: {fault}")
            refuse(self.front, stream, grpc.Status.INTERNAL, str(fault))
            return
        call = self._calls[stream] = self._begin(stream, method, block, self._caller)
        if end:
            call.data(b"", end=True)

    def data(self, stream: int, payload: bytes, *, end: bool) -> None:
        """A piece of a request."""
        if call := self._calls.get(stream):
            call.data(payload, end=end)

    def drained(self, stream: int, size: int) -> None:
        """Terraform takes an answer."""
        if call := self._calls.get(stream):
            call.drained(size)

    def reset(self, stream: int, code: int) -> None:  # noqa: ARG002 - why it gave up changes nothing
        """Terraform gives a call up."""
        if call := self._calls.pop(stream, None):
            call.dropped()

    def finished(self, stream: int) -> None:
        """A call is over on both sides."""
        self._calls.pop(stream, None)

    def lost(self) -> None:
        """Terraform closed the connection, or is gone."""
        calls, self._calls = self._calls, {}
        for call in calls.values():
            call.dropped()
        if self._caller is not None:
            self._caller.leave()
            self._caller = None

    # What becomes of a call.

    def _begin(self, stream: int, method: str, block: bytes, caller: Caller) -> Call:
        role = role_of(method, self._offer.learned.protocol)
        match role:
            case Role.PREPARE:
                question = Question(self._offer, method, block, caller.peer.environment)
                return CheckedCall(self.front, stream, question, self._source(caller))
            case Role.CONFIGURE | Role.UNCONFIGURED | Role.CONFIGURED | Role.STOP if self._passes(role):
                self._offer.count_passed()
                return PassedCall(
                    self.front, stream, block, self._source(caller, claim=role is Role.CONFIGURE)
                )
            case _:
                return self._answer(stream, role, block, caller)

    def _passes(self, role: Role) -> bool:
        """Whether a provider process gets the call; to stop or use a configured one, there must be one."""
        return self._own is not None or role in {Role.CONFIGURE, Role.UNCONFIGURED}

    def _answer(self, stream: int, role: Role, block: bytes, caller: Caller) -> Call:
        match role:
            case Role.SCHEMA:
                return LocalCall(self.front, stream, lambda: self._offer.schema(caller.peer))
            case Role.IDENTITIES:
                return self._answer_identities(stream, caller)
            case Role.HEALTH:
                return LocalCall(self.front, stream, lambda: _SERVING)
            case Role.STOP | Role.SHUTDOWN:
                # Nothing that runs is this connection's, and Terraform does not decide how long processes
                # live.
                return LocalCall(self.front, stream, lambda: b"")
            case Role.HOLD:
                return HeldCall()
            case Role.UNKNOWN:
                refuse(
                    self.front, stream, grpc.Status.UNIMPLEMENTED, f"unknown method {grpc.method_of(block)}"
                )
            case _:
                refuse(self.front, stream, grpc.Status.UNAVAILABLE, GONE)
        return HeldCall()

    def _answer_identities(self, stream: int, caller: Caller) -> Call:
        identities = self._offer.identities(caller.peer)
        if identities is not None:
            return LocalCall(self.front, stream, lambda: identities)
        refuse(self.front, stream, grpc.Status.UNIMPLEMENTED, "unknown method GetResourceIdentitySchemas")
        return HeldCall()

    def _source(self, caller: Caller, *, claim: bool = False) -> Source:
        """Where the call goes; decided now, so that calls which follow a Configure follow it."""
        if claim and self._own is None:
            self._own = caller.claim()
        own = self._own
        if own is None:
            return caller.unconfigured
        return lambda: _own_process(own)


async def _own_process(own: Starting) -> ProviderProcess:
    try:
        return await asyncio.shield(own)
    except asyncio.CancelledError:
        if own.cancelled():
            raise ProviderError(GONE) from None
        raise
