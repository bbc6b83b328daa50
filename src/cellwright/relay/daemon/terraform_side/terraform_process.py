"""One Terraform process and the provider processes that were started for it, and for no other."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas, ask_schemas
from cellwright.relay.daemon.peer import Peer
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.served_provider import ServedProvider

ProviderStart = asyncio.Task[ProviderProcess]
"""A provider process that is being started, or has been."""


@dataclass(slots=True)
class _UnconfiguredProvider:
    """A provider process that no connection has configured, and how many calls wait for it to start."""

    start: ProviderStart
    waiting: int = 0

    @property
    def usable(self) -> bool:
        """Whether it may still take calls."""
        if not self.start.done():
            return True
        failed = self.start.cancelled() or self.start.exception() is not None
        return not failed and self.start.result().alive

    @property
    def idle(self) -> bool:
        """Whether no call waits for it or is in progress."""
        return not self.waiting and not (self.start.done() and self.start.result().busy)


class TerraformProcess:
    """A Terraform process that has connected; what was started for it ends when it ends.

    A provider process that was configured serves the connection that configured it and no other. Calls that
    need no configuration share one unconfigured process, until a connection takes it to configure it.
    """

    def __init__(
        self, provider: ServedProvider, peer: Peer, on_end: Callable[["TerraformProcess"], None]
    ) -> None:
        self.provider = provider
        self.peer = peer
        self._on_end = on_end
        self._connections = 0
        self._unconfigured: _UnconfiguredProvider | None = None
        self._starts: list[ProviderStart] = []
        self._schemas: asyncio.Task[ProviderSchemas] | None = None
        self._asked_now = False
        self._ended = False
        asyncio.get_running_loop().add_reader(peer.handle, self._finish)

    @property
    def serving(self) -> bool:
        """Whether this is still the same, running process."""
        return not self._ended and self.peer.alive

    def add_connection(self) -> None:
        """Count one more connection; with the first, a provider may be started before it is needed."""
        self._connections += 1
        if self._connections == 1 and self.provider.start_early:
            self._current_unconfigured()

    def remove_connection(self) -> None:
        """Count one connection less; with the last, everything ends."""
        self._connections -= 1
        if not self._connections:
            self._finish()

    async def unconfigured_provider(self) -> ProviderProcess:
        """A provider process that no connection has configured.

        Raises:
            ProviderError: it does not start.
        """
        unconfigured = self._current_unconfigured()
        unconfigured.waiting += 1
        try:
            # Several calls may wait for it: one that is cancelled must not cancel the start for the others.
            return await asyncio.shield(unconfigured.start)
        finally:
            unconfigured.waiting -= 1

    async def schemas(self) -> ProviderSchemas:
        """The provider's schemas as this process would see them: from the cache, or asked once.

        Raises:
            ProviderError: the provider can't be started or answers with an error.
            ProtobufError: it answers with diagnostics, or with something else than schemas.
        """
        if self._schemas is None:
            self._schemas = asyncio.create_task(self._find_schemas())
            self._schemas.add_done_callback(_read_exception)
        return await asyncio.shield(self._schemas)

    def count_schema(self, schemas: ProviderSchemas) -> None:
        """Count an answered schema call; the first of a process that had to ask has been counted."""
        if not self._asked_now:
            self.provider.count_schema(schemas.seconds)
        self._asked_now = False

    async def _find_schemas(self) -> ProviderSchemas:
        known = self.provider.remembered(self.peer)
        if known is not None:
            return known
        self._asked_now = True
        self.provider.count_forwarded()
        found = await ask_schemas(await self.unconfigured_provider())
        self.provider.learn(self.peer, found)
        return found

    def take_provider(self) -> ProviderStart:
        """A provider process to configure: the unconfigured one if it is idle, else a new one."""
        unconfigured = self._unconfigured
        if unconfigured is not None and unconfigured.usable and unconfigured.idle:
            self._unconfigured = None
            return unconfigured.start
        return self._start()

    async def end(self) -> None:
        """End every provider process."""
        self._finish()
        await asyncio.gather(*(_end(start) for start in self._starts))

    def _current_unconfigured(self) -> _UnconfiguredProvider:
        if self._unconfigured is None or not self._unconfigured.usable:
            self._unconfigured = _UnconfiguredProvider(self._start())
        return self._unconfigured

    def _start(self) -> ProviderStart:
        start = asyncio.create_task(self.provider.start(self.peer))
        start.add_done_callback(_read_exception)
        self._starts.append(start)
        return start

    def _finish(self) -> None:
        if self._ended:
            return
        self._ended = True
        asyncio.get_running_loop().remove_reader(self.peer.handle)
        os.close(self.peer.handle)
        self.provider.services.log(
            f"terraform process {self.peer.pid} has ended; {len(self._starts)} provider processes"
        )
        self._on_end(self)


async def _end(start: ProviderStart) -> None:
    start.cancel()
    with suppress(ProviderError, asyncio.CancelledError):
        process = await start
        await process.end()


def _read_exception(start: asyncio.Task[Any]) -> None:
    """Keep asyncio from reporting a failure that nobody waits for."""
    if not start.cancelled():
        start.exception()
