"""The socket by which Terraform reaches one provider of one grant."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from cellwright.relay.daemon.caller import Caller
from cellwright.relay.daemon.link import Link
from cellwright.relay.daemon.offer import Offer
from cellwright.relay.daemon.peer import identify


class Door:
    """The socket of one offer, and the Terraform processes that came in by it."""

    def __init__(
        self, offer: Offer, path: Path, in_background: Callable[[Coroutine[Any, Any, None]], None]
    ) -> None:
        self.offer = offer
        self.path = path
        self._in_background = in_background
        self._server: asyncio.Server | None = None
        self._callers: dict[int, Caller] = {}

    async def open(self) -> None:
        """Begin to listen.

        Raises:
            OSError: the socket cannot be made.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(
            lambda: Link(self.offer, self._admit).front, str(self.path)
        )

    @property
    def busy(self) -> bool:
        """Whether a Terraform process is connected."""
        return bool(self._callers)

    def close(self) -> None:
        """Take no more connections; those that are stay."""
        if self._server is not None:
            self._server.close()
        self.path.unlink(missing_ok=True)

    async def end(self) -> None:
        """Close, and end all that was started for anybody."""
        self.close()
        await asyncio.gather(*(caller.end() for caller in tuple(self._callers.values())))

    def _admit(self, link: Link) -> Caller:
        """Find the process that a connection is from; a reused process number starts anew."""
        peer = identify(link.front.socket, str(self.path))
        known = self._callers.get(peer.pid)
        if known is not None and known.serving:
            os.close(peer.handle)
            return known
        self.offer.services.note(f"terraform {peer.pid} has come for {self.offer.address}")
        self._callers[peer.pid] = Caller(self.offer, peer, self._forget)
        return self._callers[peer.pid]

    def _forget(self, caller: Caller) -> None:
        if self._callers.get(caller.peer.pid) is caller:
            del self._callers[caller.peer.pid]
        self._in_background(caller.end())
