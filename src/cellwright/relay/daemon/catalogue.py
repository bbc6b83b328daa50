"""What is known of each provider package: which protocol it speaks and its schemas, learned once and kept."""

import asyncio
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.relay.daemon.cut import IDENTITY_MAPS, SCHEMA_MAPS, Cuttable
from cellwright.relay.daemon.exchange import ProviderError, RefusedError
from cellwright.relay.daemon.methods import IDENTITY_METHODS, SCHEMA_METHODS
from cellwright.relay.daemon.packages import Package
from cellwright.relay.daemon.provider import ProviderProcess, provider_environment
from cellwright.relay.daemon.spawning import Program, Spawner
from cellwright.relay.daemon.stopwatch import Stopwatch
from cellwright.relay.daemon.store import Store
from cellwright.relay.http2.grpc import Status
from cellwright.relay.protobuf import ProtobufError

_FORMAT = 1
_PASSED = ("PATH", "HOME", "TMPDIR", "LANG")
_SCHEMA_SECONDS = 120.0
_REFUSALS_KEPT = 300.0
"""Seconds before a provider that failed is tried again."""


@dataclass(frozen=True, slots=True)
class Learned:
    """One provider package: enough to stand in for it until it is configured."""

    protocol: int
    seconds: float
    """What the schema call took when the provider itself answered it."""
    schema: Cuttable
    identities: Cuttable | None
    """None if the provider does not know the call."""

    def write(self) -> bytes:
        """As bytes for the store."""
        identities = None if self.identities is None else self.identities.whole
        head = {
            "format": _FORMAT,
            "protocol": self.protocol,
            "seconds": self.seconds,
            "schema": len(self.schema.whole),
            "identities": None if identities is None else len(identities),
        }
        return b"".join((json.dumps(head).encode(), b"\n", self.schema.whole, identities or b""))

    @classmethod
    def read(cls, content: bytes) -> "Learned | None":
        """From the store's bytes; None if they are of another format."""
        try:
            line, body = content.split(b"\n", 1)
            head = json.loads(line)
            if head["format"] != _FORMAT or len(body) != head["schema"] + (head["identities"] or 0):
                return None
            identities = (
                None if head["identities"] is None else Cuttable.of(body[head["schema"] :], IDENTITY_MAPS)
            )
            schema = Cuttable.of(body[: head["schema"]], SCHEMA_MAPS)
            return cls(int(head["protocol"]), float(head["seconds"]), schema, identities)
        except (ValueError, KeyError, TypeError):
            return None


class Catalogue:
    """Learns each package once, however many ask at the same time."""

    def __init__(self, folder: Path, spawner: Spawner) -> None:
        self._store = Store(folder / "providers")
        self._spawner = spawner
        self._learned: dict[str, Learned] = {}
        self._refused: dict[str, tuple[Stopwatch, str]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def learn(self, package: Package) -> Learned:
        """What is known of a package; starts it once, in an empty environment, if nothing is.

        Raises:
            ProviderError: it cannot be started or understood, now or a little while ago.
        """
        async with self._locks.setdefault(package.digest, asyncio.Lock()):
            known = self._learned.get(package.digest) or self._recall(package.digest)
            if known is None:
                self._check_refused(package.digest)
                known = await self._ask(package)
                self._store.write(_name(package.digest), known.write())
            self._learned[package.digest] = known
            return known

    def _recall(self, digest: str) -> Learned | None:
        content = self._store.read(_name(digest))
        return None if content is None else Learned.read(content)

    def _check_refused(self, digest: str) -> None:
        watch, why = self._refused.get(digest, (None, ""))
        if watch is not None and watch.seconds < _REFUSALS_KEPT:
            raise ProviderError(why)

    async def _ask(self, package: Package) -> Learned:
        try:
            with tempfile.TemporaryDirectory() as folder:
                program = Program(package.program, Path(folder), provider_environment(_environment()), 0o077)
                process = await ProviderProcess(self._spawner, program).start()
                try:
                    return await asyncio.wait_for(_interview(process), _SCHEMA_SECONDS)
                finally:
                    await process.end()
        except (ProviderError, ProtobufError, TimeoutError) as fault:
            why = str(fault) or "it did not answer in time"
            self._refused[package.digest] = Stopwatch(), why
            raise ProviderError(why) from fault


async def _interview(process: ProviderProcess) -> Learned:
    watch = Stopwatch()
    schema = await process.call(SCHEMA_METHODS[process.protocol], b"")
    seconds = watch.seconds
    try:
        identities = await process.call(IDENTITY_METHODS[process.protocol], b"")
    except RefusedError as fault:
        if fault.status != Status.UNIMPLEMENTED:
            raise
        return Learned(process.protocol, seconds, Cuttable.of(schema), None)
    return Learned(process.protocol, seconds, Cuttable.of(schema), Cuttable.of(identities, IDENTITY_MAPS))


def _environment() -> Mapping[bytes, bytes]:
    return {os.fsencode(name): os.fsencode(os.environ[name]) for name in _PASSED if name in os.environ}


def _name(digest: str) -> str:
    return digest.encode().hex()
