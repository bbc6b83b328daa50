"""The daemon's control socket: the requests of clients, and when the daemon ends."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cellwright.relay.build import build_id
from cellwright.relay.daemon.grants import GrantRegistry
from cellwright.relay.daemon.peer import PeerError, check_same_user
from cellwright.relay.messages import (
    LINE_LIMIT,
    GrantRequest,
    MessageError,
    read_line,
    write_line,
)
from cellwright.relay.schema_messages import encode_schemas

_CHECK_SECONDS = 15.0
"""How often grants are checked for expiry."""
_DRAIN_SECONDS = 0.2
"""How often to check, while ending, whether the last Terraform has ended."""

Body = Mapping[str, Any]


class ControlServer:
    """Answers clients until it is told to stop, or nobody has needed the relay for a while."""

    def __init__(self, grants: GrantRegistry, socket: Path, idle_seconds: float) -> None:
        self._grants = grants
        self._socket = socket
        self._idle_seconds = idle_seconds
        self._last_used = time.monotonic()
        self._stopping = False
        self._draining = False
        self._changed = asyncio.Event()
        self._verbs: Mapping[str, Callable[[Body], Awaitable[Body]]] = {
            "hello": self._hello,
            "grant": self._grant,
            "report": self._report,
            "schemas": self._schemas,
            "release": self._release,
            "verify": self._verify,
            "stop": self._stop_when_idle,
        }

    def stop(self) -> None:
        """End now."""
        self._stopping = True
        self._changed.set()

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until the end, then end all grants. Calls `ready` when it listens.

        Raises:
            OSError: the control socket can't be made.
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
            await self._grants.end_all()

    @property
    def _pause(self) -> float:
        return _DRAIN_SECONDS if self._draining else min(_CHECK_SECONDS, self._idle_seconds)

    def _idle(self) -> bool:
        if self._draining:
            return not self._grants.any_busy()
        if self._grants.end_expired():
            self._last_used = time.monotonic()
            return False
        return time.monotonic() - self._last_used > self._idle_seconds

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            check_same_user(writer.get_extra_info("socket"))
            while line := await reader.readline():
                self._last_used = time.monotonic()
                writer.write(await self._answer(line))
                await writer.drain()
        except (PeerError, ConnectionError, ValueError):
            # Another user, a client that is gone, or a line longer than any request: nobody to answer.
            pass
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> bytes:
        try:
            verb, body = read_line(line)
            return write_line("done", await self._verbs.get(verb, self._refuse)(body))
        except MessageError as fault:
            return write_line("fault", {"why": str(fault)})

    async def _refuse(self, body: Body) -> Body:  # noqa: ARG002 - every verb takes one
        raise MessageError("unknown request")

    async def _hello(self, body: Body) -> Body:  # noqa: ARG002 - every verb takes one
        return {"build": build_id(), "pid": os.getpid()}

    async def _grant(self, body: Body) -> Body:
        if self._draining:
            raise MessageError("the relay is ending")
        name, grant, refused = await self._grants.make(GrantRequest.decode(body))
        return {"id": name, "reattach": grant.reattach() if grant else None, "refused": refused}

    async def _report(self, body: Body) -> Body:
        usage = self._grants.usage(str(body.get("id")))
        if usage is None:
            raise MessageError("no such grant")
        return usage.encode()

    async def _schemas(self, body: Body) -> Body:
        types = body.get("types")
        found = self._grants.schemas(str(body.get("id")), frozenset(map(str, types or ())))
        if found is None:
            raise MessageError("no such grant")
        return encode_schemas(found)

    async def _release(self, body: Body) -> Body:
        answer = await self._report(body)
        self._grants.release(str(body.get("id")))
        return answer

    async def _verify(self, body: Body) -> Body:
        changed = await self._grants.changed(str(body.get("id")))
        if changed is None:
            raise MessageError("no such grant")
        return {"changed": changed}

    async def _stop_when_idle(self, body: Body) -> Body:
        """Make no more grants, and end with the last Terraform; with `now`, at once."""
        self._draining = True
        if body.get("now") is True:
            self._stopping = True
        self._changed.set()
        return {"pid": os.getpid()}
