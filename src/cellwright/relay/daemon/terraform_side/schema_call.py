"""A call for schemas: answered with the types that the unit uses, or forwarded where that is not possible."""

import asyncio

from cellwright.relay.daemon.provider_side.methods import MethodKind
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.terraform_side.calls import (
    Call,
    ForwardedCall,
    ProviderSource,
    send_answer,
    send_error,
)
from cellwright.relay.daemon.terraform_side.terraform_process import TerraformProcess
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.handler import Headers
from cellwright.terraform.protobuf import ProtobufError


class SchemaCall:
    """Waits for the request; then answers from what is known, or from what the provider says.

    Where the provider answers with an error or with diagnostics, it gets the call itself.
    """

    def __init__(
        self,
        connection: Http2Connection,
        stream: int,
        headers: Headers,
        kind: MethodKind,
        process: TerraformProcess,
        source: ProviderSource,
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._headers = headers
        self._kind = kind
        self._process = process
        self._source = source
        self._request = bytearray()
        self._answering: asyncio.Task[None] | None = None
        self._forwarded: Call | None = None

    def data(self, payload: bytes, *, end: bool) -> None:
        """Collect the request, then answer."""
        self._request += payload
        if not end:
            self._connection.acknowledge(self._stream, len(payload))
            return
        self._answering = asyncio.create_task(self._answer())

    def sent(self, size: int) -> None:
        """Tell the forwarded call, if there is one."""
        if self._forwarded is not None:
            self._forwarded.sent(size)

    def cancelled(self) -> None:
        """Cancel what is in progress."""
        if self._answering is not None:
            self._answering.cancel()
        if self._forwarded is not None:
            self._forwarded.cancelled()

    async def _answer(self) -> None:
        provider, peer = self._process.provider, self._process.peer
        try:
            schemas = await self._process.schemas()
        except (ProviderError, ProtobufError):
            provider.count_forwarded()
            provider.note_told(peer, None)
            self._forwarded = ForwardedCall(self._connection, self._stream, self._headers, self._source)
            self._forwarded.data(bytes(self._request), end=True)
            return
        types = provider.types_for(peer)
        if self._kind is MethodKind.SCHEMA:
            self._process.count_schema(schemas)
            provider.note_told(peer, schemas)
            send_answer(self._connection, self._stream, schemas.schema.only(types))
        elif schemas.identities is not None:
            send_answer(self._connection, self._stream, schemas.identities.only(types))
        else:
            method = grpc.method_of(self._headers)
            status = grpc.StatusCode.UNIMPLEMENTED
            send_error(self._connection, self._stream, status, f"unknown method {method}")
