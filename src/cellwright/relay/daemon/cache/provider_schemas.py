"""What a provider answers when it is asked for its schemas, and how it is asked."""

import json
import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, SCHEMA_MAPS, FilterableResponse
from cellwright.relay.daemon.provider_side.methods import IDENTITY_METHODS, SCHEMA_METHODS
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import StatusError
from cellwright.relay.http2.grpc import StatusCode
from cellwright.terraform.type_schemas import TypeSchemas

_FORMAT = 1


@dataclass(frozen=True)
class ProviderSchemas:
    """The answers to the two calls that ask for schemas."""

    protocol: int
    seconds: float
    """How long the schema call took when the provider itself answered it."""
    schema: FilterableResponse
    identities: FilterableResponse | None
    """None if the provider does not support the call."""

    @cached_property
    def digest(self) -> str:
        """The same for two answers that mean the same: a provider may list its types in any order."""
        mac = sha256(str(self.protocol).encode())
        for answer in (self.schema, self.identities):
            mac.update(b"none" if answer is None else answer.unordered_digest)
        return mac.hexdigest()

    def only(self, types: AbstractSet[str] | None) -> TypeSchemas:
        """What it answers of these types; None means all."""
        identities = None if self.identities is None else self.identities.only(types)
        return TypeSchemas(self.schema.only(types), identities)

    def encode(self) -> bytes:
        """As bytes for the disk."""
        identities = None if self.identities is None else self.identities.full
        head = {
            "format": _FORMAT,
            "protocol": self.protocol,
            "seconds": self.seconds,
            "schema": len(self.schema.full),
            "identities": None if identities is None else len(identities),
        }
        return b"".join((json.dumps(head).encode(), b"\n", self.schema.full, identities or b""))

    @classmethod
    def decode(cls, content: bytes) -> "ProviderSchemas | None":
        """From the disk's bytes; None if they are of another format."""
        try:
            line, body = content.split(b"\n", 1)
            head = json.loads(line)
            if head["format"] != _FORMAT or len(body) != head["schema"] + (head["identities"] or 0):
                return None
            schema = FilterableResponse.of(body[: head["schema"]], SCHEMA_MAPS)
            identities = None
            if head["identities"] is not None:
                identities = FilterableResponse.of(body[head["schema"] :], IDENTITY_SCHEMA_MAPS)
            return cls(int(head["protocol"]), float(head["seconds"]), schema, identities)
        except (ValueError, KeyError, TypeError):
            return None


async def ask_schemas(process: ProviderProcess) -> ProviderSchemas:
    """Ask a provider process for its schemas.

    Raises:
        ProviderError: it is gone or answers with an error.
        ProtobufError: it answers with diagnostics, or with something else than schemas.
    """
    began = time.monotonic()
    schema = FilterableResponse.of(await process.call(SCHEMA_METHODS[process.protocol], b""), SCHEMA_MAPS)
    seconds = time.monotonic() - began
    try:
        answer = await process.call(IDENTITY_METHODS[process.protocol], b"")
    except StatusError as fault:
        if fault.status != StatusCode.UNIMPLEMENTED:
            raise
        return ProviderSchemas(process.protocol, seconds, schema, None)
    identities = FilterableResponse.of(answer, IDENTITY_SCHEMA_MAPS)
    return ProviderSchemas(process.protocol, seconds, schema, identities)
