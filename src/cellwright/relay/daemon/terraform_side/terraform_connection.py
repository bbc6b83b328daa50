"""One connection that Terraform has opened: for Terraform, one provider instance."""

import asyncio
from collections.abc import Callable

from cellwright.relay.daemon.peer import PeerError
from cellwright.relay.daemon.provider_side.methods import MethodKind, kind_of
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.served_provider import ServedProvider
from cellwright.relay.daemon.terraform_side.calls import (
    GONE,
    Call,
    ForwardedCall,
    LocalCall,
    ProviderSource,
    SilentCall,
    send_error,
)
from cellwright.relay.daemon.terraform_side.config_check import ConfigCheck, ConfigCheckCall
from cellwright.relay.daemon.terraform_side.schema_call import SchemaCall
from cellwright.relay.daemon.terraform_side.terraform_process import ProviderStart, TerraformProcess
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.handler import Headers

_SERVING = b"\x08\x01"
"""grpc.health.v1.HealthCheckResponse: SERVING."""


class TerraformConnection:
    """Decides for each call on one connection whether it is answered, forwarded or refused.

    Once the connection has configured a provider process, every call that a provider must answer goes to that
    one. If it dies the connection stays open, and answers that it is gone: were it closed, Terraform would
    connect anew and continue with a provider that was never configured.
    """

    def __init__(
        self, provider: ServedProvider, admit: Callable[["TerraformConnection"], TerraformProcess]
    ) -> None:
        self.http2 = Http2Connection(self, client=False)
        self._provider = provider
        self._admit = admit
        self._process: TerraformProcess | None = None
        self._own: ProviderStart | None = None
        self._configured = False
        self._calls: dict[int, Call] = {}

    # What the connection reports (http2.handler.ConnectionHandler).

    def opened(self) -> None:
        """Find out which process has connected; go-plugin's probe, which sends nothing, is not looked at."""
        try:
            process = self._admit(self)
        except PeerError as fault:
            self._provider.services.log(f"refused: {fault}")
            self.http2.close()
            return
        self._process = process
        process.add_connection()

    def headers(self, stream: int, headers: Headers, *, end: bool) -> None:
        """A call begins."""
        if stream in self._calls or self._process is None:
            return
        call = self._calls[stream] = self._begin(stream, headers, self._process)
        if end:
            call.data(b"", end=True)

    def data(self, stream: int, payload: bytes, *, end: bool) -> None:
        """A piece of a request."""
        if call := self._calls.get(stream):
            call.data(payload, end=end)

    def sent(self, stream: int, size: int) -> None:
        """A piece of an answer was sent."""
        if call := self._calls.get(stream):
            call.sent(size)

    def reset(self, stream: int, code: int) -> None:  # noqa: ARG002 - the reason changes nothing
        """Terraform cancels a call."""
        if call := self._calls.pop(stream, None):
            call.cancelled()

    def finished(self, stream: int) -> None:
        """A call is over on both sides."""
        self._calls.pop(stream, None)

    def lost(self) -> None:
        """Terraform closed the connection, or is gone."""
        calls, self._calls = self._calls, {}
        for call in calls.values():
            call.cancelled()
        if self._process is not None:
            self._process.remove_connection()
            self._process = None

    # How a call is handled.

    def _begin(self, stream: int, headers: Headers, process: TerraformProcess) -> Call:
        method = grpc.method_of(headers)
        kind = kind_of(method, self._provider.protocol)
        match kind:
            case MethodKind.SCHEMA | MethodKind.IDENTITIES:
                return SchemaCall(self.http2, stream, headers, kind, process, self._source(process))
            case MethodKind.CONFIG_CHECK:
                check = ConfigCheck(self._provider, method, headers, process.peer.environment)
                return ConfigCheckCall(self.http2, stream, check, self._source(process))
            case _ if self._is_forwarded(kind):
                # What is not known may do anything.
                changing = kind in {MethodKind.CHANGING, MethodKind.OWN}
                self._provider.count_forwarded(changing=changing)
                source = self._source(process, own=kind in {MethodKind.CONFIGURE, MethodKind.OWN})
                self._configured |= kind is MethodKind.CONFIGURE
                return ForwardedCall(self.http2, stream, headers, source)
            case _:
                return self._answer(stream, kind, method)

    def _is_forwarded(self, kind: MethodKind) -> bool:
        """Whether a provider process gets the call; some need one that was configured here."""
        match kind:
            case MethodKind.CONFIGURE | MethodKind.UNCONFIGURED | MethodKind.OWN:
                return True
            case MethodKind.STOP:
                return self._own is not None
            case MethodKind.CONFIGURED | MethodKind.CHANGING:
                return self._configured
            case _:
                return False

    def _answer(self, stream: int, kind: MethodKind, method: str) -> Call:
        match kind:
            case MethodKind.HEALTH | MethodKind.STOP | MethodKind.SHUTDOWN:
                # Nothing to stop: no process belongs to this connection, and Terraform doesn't end any.
                answer = _SERVING if kind is MethodKind.HEALTH else b""
                return LocalCall(self.http2, stream, lambda: answer)
            case MethodKind.SILENT:
                return SilentCall()
            case MethodKind.UNKNOWN:
                return self._refuse(stream, grpc.StatusCode.UNIMPLEMENTED, f"unknown method {method}")
            case _:
                return self._refuse(stream, grpc.StatusCode.UNAVAILABLE, GONE)

    def _refuse(self, stream: int, status: grpc.StatusCode, message: str) -> Call:
        send_error(self.http2, stream, status, message)
        return SilentCall()

    def _source(self, process: TerraformProcess, *, own: bool = False) -> ProviderSource:
        """The process that gets a call, chosen now: calls that follow a Configure go where it went."""
        if own and self._own is None:
            self._own = process.take_provider()
        taken = self._own
        if taken is None:
            return process.unconfigured_provider
        return lambda: _started(taken)


async def _started(start: ProviderStart) -> ProviderProcess:
    try:
        return await asyncio.shield(start)
    except asyncio.CancelledError:
        if start.cancelled():
            raise ProviderError(GONE) from None
        raise
