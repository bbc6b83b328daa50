"""The schema cache: a package's protocol and schemas, asked of the provider once and kept on disk."""

import asyncio
import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.relay.daemon.cache.checksummed_files import ChecksummedFiles
from cellwright.relay.daemon.cache.packages import Package
from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, SCHEMA_MAPS, FilterableResponse
from cellwright.relay.daemon.provider_side.handshake import provider_environment
from cellwright.relay.daemon.provider_side.methods import IDENTITY_METHODS, SCHEMA_METHODS
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError, StatusError
from cellwright.relay.daemon.provider_side.spawner_client import Program, ProgramStarter
from cellwright.relay.http2.grpc import StatusCode
from cellwright.terraform.protobuf import ProtobufError

_FORMAT = 1
_SCHEMA_SECONDS = 120.0
_FAILURE_SECONDS = 300.0
"""How long a provider that failed is not tried again."""


@dataclass(frozen=True, slots=True)
class ProviderSchemas:
    """What a provider package answers to the calls that only depend on its code."""

    protocol: int
    seconds: float
    """How long the schema call took when the provider itself answered it."""
    schema: FilterableResponse
    identities: FilterableResponse | None
    """None if the provider does not support the call."""

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


class SchemaCache:
    """Asks each provider package for its schemas once, however many clients want them at the same time."""

    def __init__(self, folder: Path, starter: ProgramStarter, environment: Mapping[bytes, bytes]) -> None:
        """`environment` is that of a provider that is asked for its schemas."""
        self._files = ChecksummedFiles(folder / "providers")
        self._starter = starter
        self._environment = environment
        self._known: dict[str, ProviderSchemas] = {}
        self._failures: dict[str, tuple[float, str]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def schemas_of(self, package: Package) -> ProviderSchemas:
        """The schemas of a package: from memory, from disk, or from the provider, started for it alone.

        Raises:
            ProviderError: the provider can't be started or understood, now or a short time ago.
        """
        async with self._locks.setdefault(package.digest, asyncio.Lock()):
            known = self._known.get(package.digest) or self._read(package.digest)
            if known is None:
                self._check_failed(package.digest)
                known = await self._ask(package)
                self._files.write(_file_name(package.digest), known.encode())
            self._known[package.digest] = known
            return known

    def _read(self, digest: str) -> ProviderSchemas | None:
        content = self._files.read(_file_name(digest))
        return None if content is None else ProviderSchemas.decode(content)

    def _check_failed(self, digest: str) -> None:
        failed_at, why = self._failures.get(digest, (0.0, ""))
        if why and time.monotonic() - failed_at < _FAILURE_SECONDS:
            raise ProviderError(why)

    async def _ask(self, package: Package) -> ProviderSchemas:
        try:
            with tempfile.TemporaryDirectory() as folder:
                program = Program(
                    package.program, Path(folder), provider_environment(self._environment), 0o077
                )
                process = await ProviderProcess(self._starter, program).start()
                try:
                    return await asyncio.wait_for(_ask_schemas(process), _SCHEMA_SECONDS)
                finally:
                    await process.end()
        except (ProviderError, ProtobufError, TimeoutError) as fault:
            why = str(fault) or "it did not answer in time"
            self._failures[package.digest] = time.monotonic(), why
            raise ProviderError(why) from fault


async def _ask_schemas(process: ProviderProcess) -> ProviderSchemas:
    began = time.monotonic()
    schema = await process.call(SCHEMA_METHODS[process.protocol], b"")
    seconds = time.monotonic() - began
    filterable = FilterableResponse.of(schema, SCHEMA_MAPS)
    try:
        identities = await process.call(IDENTITY_METHODS[process.protocol], b"")
    except StatusError as fault:
        if fault.status != StatusCode.UNIMPLEMENTED:
            raise
        return ProviderSchemas(process.protocol, seconds, filterable, None)
    return ProviderSchemas(
        process.protocol, seconds, filterable, FilterableResponse.of(identities, IDENTITY_SCHEMA_MAPS)
    )


def _file_name(digest: str) -> str:
    return digest.encode().hex()
