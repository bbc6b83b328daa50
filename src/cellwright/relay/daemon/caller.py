"""One Terraform process and the provider processes that work for it, and for nobody else."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from cellwright.relay.daemon.exchange import ProviderError
from cellwright.relay.daemon.offer import Offer
from cellwright.relay.daemon.peer import Peer
from cellwright.relay.daemon.provider import ProviderProcess

Starting = asyncio.Task[ProviderProcess]


@dataclass(slots=True)
class Scout:
    """A provider process that nobody has configured, and how many calls wait for it to start."""

    process: Starting
    waiting: int = 0

    @property
    def usable(self) -> bool:
        """Whether it may still take calls."""
        if not self.process.done():
            return True
        failed = self.process.cancelled() or self.process.exception() is not None
        return not failed and self.process.result().alive

    @property
    def idle(self) -> bool:
        """Whether no call waits for it or is under way in it."""
        return not self.waiting and not (self.process.done() and self.process.result().busy)


class Caller:
    """A Terraform process: what it is given ends when it ends.

    A provider process that was configured serves the connection that configured it and no other. Calls that
    need no configuration share one process, the scout, for as long as nobody has claimed it.
    """

    def __init__(self, offer: Offer, peer: Peer, on_end: Callable[["Caller"], None]) -> None:
        self.offer = offer
        self.peer = peer
        self._on_end = on_end
        self._connections = 0
        self._scout: Scout | None = None
        self._started: list[Starting] = []
        self._ended = False
        asyncio.get_running_loop().add_reader(peer.handle, self._finish)

    @property
    def serving(self) -> bool:
        """Whether this is still the same, running process."""
        return not self._ended and self.peer.alive

    def join(self) -> None:
        """One more connection of this process; the first may start a provider ahead of need."""
        self._connections += 1
        if self._connections == 1 and self.offer.ahead:
            self._current_scout()

    def leave(self) -> None:
        """One connection less; with the last, everything ends."""
        self._connections -= 1
        if not self._connections:
            self._finish()

    async def unconfigured(self) -> ProviderProcess:
        """A provider process that nobody has configured.

        Raises:
            ProviderError: it does not start.
        """
        scout = self._current_scout()
        scout.waiting += 1
        try:
            # Several calls may wait for it: one that gives up must not take it from the others.
            return await asyncio.shield(scout.process)
        finally:
            scout.waiting -= 1

    def claim(self) -> Starting:
        """A provider process for one connection to configure: the scout if it is idle, else a fresh one."""
        scout = self._scout
        if scout is not None and scout.usable and scout.idle:
            self._scout = None
            return scout.process
        return self._start()

    async def end(self) -> None:
        """End every provider process."""
        self._finish()
        await asyncio.gather(*(_end_one(starting) for starting in self._started))

    def _current_scout(self) -> Scout:
        if self._scout is None or not self._scout.usable:
            self._scout = Scout(self._start())
        return self._scout

    def _start(self) -> Starting:
        starting = asyncio.create_task(self.offer.start(self.peer))
        starting.add_done_callback(_look_at_result)
        self._started.append(starting)
        return starting

    def _finish(self) -> None:
        if self._ended:
            return
        self._ended = True
        asyncio.get_running_loop().remove_reader(self.peer.handle)
        os.close(self.peer.handle)
        self.offer.services.note(
            f"terraform {self.peer.pid} has ended; {len(self._started)} provider processes"
        )
        self._on_end(self)


async def _end_one(starting: Starting) -> None:
    starting.cancel()
    with suppress(ProviderError, asyncio.CancelledError):
        process = await starting
        await process.end()


def _look_at_result(starting: Starting) -> None:
    """Keep asyncio from complaining of a failed start that nobody had begun to wait for."""
    if not starting.cancelled():
        starting.exception()
