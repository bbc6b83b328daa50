"""The daemon's control socket: what clients may ask, and when the daemon ends."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cellwright.relay.build import build_id
from cellwright.relay.control import LINE_LIMIT, ControlError, GrantOrder, read_line, write_line
from cellwright.relay.daemon.grants import Grants
from cellwright.relay.daemon.peer import PeerError, same_user

_SWEEP_SECONDS = 15.0
_DRAIN_SECONDS = 0.2
"""How often to look, while ending, whether the last Terraform has ended."""

Answer = Mapping[str, Any]


class Service:
    """Answers clients until it is told to stop, or nobody has needed it for a while."""

    def __init__(self, grants: Grants, socket: Path, idle_seconds: float) -> None:
        self._grants = grants
        self._socket = socket
        self._idle_seconds = idle_seconds
        self._used = time.monotonic()
        self._stopping = False
        self._changed = asyncio.Event()
        self._verbs: Mapping[str, Callable[[Mapping[str, Any]], Awaitable[Answer]]] = {
            "hello": self._hello,
            "grant": self._grant,
            "report": self._report,
            "release": self._release,
            "stop": self._stop_when_idle,
        }
        self._draining = False

    def stop(self) -> None:
        """End now."""
        self._stopping = True
        self._changed.set()

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until it is over, then end everything.

        Raises:
            OSError: the control socket cannot be made.
        """
        self._socket.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, self._socket, limit=LINE_LIMIT)
        ready()
        try:
            while not self._stopping and not self._idle():
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), self._pause)
        finally:
            self._socket.unlink(missing_ok=True)
            server.close()
            await self._grants.end()

    @property
    def _pause(self) -> float:
        return _DRAIN_SECONDS if self._draining else min(_SWEEP_SECONDS, self._idle_seconds)

    def _idle(self) -> bool:
        if self._draining:
            return not self._grants.any_busy()
        if self._grants.sweep():
            self._used = time.monotonic()
            return False
        return time.monotonic() - self._used > self._idle_seconds

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            same_user(writer.get_extra_info("socket"))
            while line := await reader.readline():
                self._used = time.monotonic()
                writer.write(await self._answer(line))
                await writer.drain()
        except (PeerError, ConnectionError, ValueError):
            # Another user, gone in mid-sentence, or a line longer than any order: nobody to answer.
            pass
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> bytes:
        try:
            verb, body = read_line(line)
            return write_line("done", await self._verbs.get(verb, self._refuse)(body))
        except ControlError as fault:
            return write_line("fault", {"why": str(fault)})

    async def _refuse(self, body: Mapping[str, Any]) -> Answer:  # noqa: ARG002 - every verb takes one
        raise ControlError("unknown order")

    async def _hello(self, body: Mapping[str, Any]) -> Answer:  # noqa: ARG002 - every verb takes one
        return {"build": build_id(), "pid": os.getpid()}

    async def _grant(self, body: Mapping[str, Any]) -> Answer:
        if self._draining:
            raise ControlError("the relay is ending")
        name, grant, refused = await self._grants.make(GrantOrder.decode(body))
        return {"id": name, "reattach": grant.reattach() if grant else None, "refused": refused}

    async def _report(self, body: Mapping[str, Any]) -> Answer:
        tally = self._grants.tally(str(body.get("id")))
        if tally is None:
            raise ControlError("no such grant")
        return tally.encode()

    async def _release(self, body: Mapping[str, Any]) -> Answer:
        answer = await self._report(body)
        self._grants.release(str(body.get("id")))
        return answer

    async def _stop_when_idle(self, body: Mapping[str, Any]) -> Answer:
        """Make no more grants; end at once if nobody is served or if `now` is set, else with the last."""
        self._draining = True
        if body.get("now") is True:
            self._stopping = True
        self._changed.set()
        return {"pid": os.getpid()}
