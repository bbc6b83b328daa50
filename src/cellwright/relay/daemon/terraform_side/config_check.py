"""The check of a provider configuration: answered from the cache if the answer is known to be clean."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.relay.daemon.cache.config_check_cache import clean_answer
from cellwright.relay.daemon.served_provider import ServedProvider
from cellwright.relay.daemon.terraform_side.calls import Call, ForwardedCall, ProviderSource, send_answer
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.handler import Headers


@dataclass(frozen=True, slots=True)
class ConfigCheck:
    """One check: which provider is asked, and in which environment."""

    provider: ServedProvider
    method: str
    headers: Headers
    environment: Mapping[bytes, bytes]

    def clean_answer(self, request: bytes) -> bytes:
        """What the provider answers if it has nothing to report."""
        return clean_answer(self.provider.protocol, request)

    def cached_seconds(self, request: bytes) -> float | None:
        """How long the check took when the provider answered it cleanly; None if that is not known."""
        if not self.provider.cache_checks:
            return None
        return self.provider.services.config_checks.seconds(self._key(request))

    def add_to_cache(self, request: bytes, seconds: float) -> None:
        """Record a clean answer."""
        self.provider.services.config_checks.add(self._key(request), seconds)

    def _key(self, request: bytes) -> str:
        checks = self.provider.services.config_checks
        return checks.key(self.provider.package.digest, self.method, request, self.environment)


class ConfigCheckCall:
    """Collects the request; then answers it from the cache, or asks the provider."""

    def __init__(
        self, connection: Http2Connection, stream: int, check: ConfigCheck, source: ProviderSource
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._check = check
        self._source = source
        self._request = bytearray()
        self._forwarded: Call | None = None

    def data(self, payload: bytes, *, end: bool) -> None:
        """Collect the request, then decide."""
        self._request += payload
        if not end:
            self._connection.acknowledge(self._stream, len(payload))
            return
        framed = bytes(self._request)
        message = grpc.unpack(framed)
        seconds = None if message is None else self._check.cached_seconds(message)
        if message is None or seconds is None:
            self._forward(framed, message)
        else:
            self._check.provider.count_check(seconds)
            send_answer(self._connection, self._stream, self._check.clean_answer(message))

    def sent(self, size: int) -> None:
        """Tell the forwarded call, if there is one."""
        if self._forwarded is not None:
            self._forwarded.sent(size)

    def cancelled(self) -> None:
        """Cancel the forwarded call, if there is one."""
        if self._forwarded is not None:
            self._forwarded.cancelled()

    def _forward(self, framed: bytes, message: bytes | None) -> None:
        check, source = self._check, self._source
        check.provider.count_forwarded()
        if message is None or not check.provider.cache_checks:
            self._forwarded = ForwardedCall(self._connection, self._stream, check.headers, source)
        else:
            self._forwarded = RecordedCheckCall(self._connection, self._stream, check, source, message)
        self._forwarded.data(framed, end=True)


class RecordedCheckCall(ForwardedCall):
    """A forwarded check; a clean answer is added to the cache."""

    def __init__(
        self,
        connection: Http2Connection,
        stream: int,
        check: ConfigCheck,
        source: ProviderSource,
        message: bytes,
    ) -> None:
        super().__init__(connection, stream, check.headers, source)
        self._check = check
        self._message = message
        self._answer = bytearray()
        self._began = time.monotonic()

    def response_data(self, payload: bytes, *, end: bool) -> None:
        """Forward a piece of the answer, and keep it."""
        self._answer += payload
        super().response_data(payload, end=end)

    def response_headers(self, headers: Headers, *, end: bool) -> None:
        """Forward them; with the trailers, add a clean answer to the cache."""
        if end and grpc.status_of(headers) == grpc.StatusCode.OK:
            answer = grpc.unpack(bytes(self._answer))
            if answer == self._check.clean_answer(self._message):
                self._check.add_to_cache(self._message, time.monotonic() - self._began)
        super().response_headers(headers, end=end)
