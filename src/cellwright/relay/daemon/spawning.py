"""The relay's end of the spawner: start a program, learn its greeting, end it."""

import asyncio
import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

from cellwright.relay.daemon.spawner import run_spawner

_LINE_LIMIT = 1 << 20


class StartError(Exception):
    """A program could not be started, or ended before it had said anything."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and as what: everything that a child takes over from its parent."""

    path: Path
    folder: Path
    environment: Mapping[bytes, bytes]
    umask: int


@dataclass(slots=True)
class Child:
    """A started program, as far as the relay knows."""

    id: int
    greeting: asyncio.Future[str]
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    pid: int | None = None


class Starter(Protocol):
    """Starts programs and ends them."""

    def start(self, program: Program) -> Child:
        """Order a start; `Child.greeting` gives the first line of its output or raises `StartError`."""

    def kill(self, child: Child) -> None:
        """End a program and everything that it started, at once."""


class Spawner:
    """Starts programs through the spawner process."""

    def __init__(self, connection: socket.socket, on_gone: Callable[[], None]) -> None:
        self._socket = connection
        self._on_gone = on_gone
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._children: dict[int, Child] = {}
        self._ids = count(1)
        self._gone = False

    async def connect(self) -> None:
        """Begin to listen; call once, in the event loop."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._socket, limit=_LINE_LIMIT)
        self._listener = asyncio.create_task(self._listen(reader))

    @property
    def running(self) -> int:
        """How many programs have been started and have not ended."""
        return len(self._children)

    def start(self, program: Program) -> Child:
        """Order a start; `Child.greeting` gives the first line of its output or raises `StartError`."""
        child = Child(next(self._ids), asyncio.get_running_loop().create_future())
        self._order(
            order="start",
            id=child.id,
            program=os.fspath(program.path),
            folder=os.fspath(program.folder),
            umask=program.umask,
            environment={
                os.fsdecode(name): os.fsdecode(value) for name, value in program.environment.items()
            },
        )
        self._children[child.id] = child
        return child

    def kill(self, child: Child) -> None:
        """End a program and everything that it started, at once."""
        if child.id in self._children:
            self._order(order="kill", id=child.id)

    async def close(self) -> None:
        """Let go of the spawner: it ends every program that still runs."""
        if self._writer is not None:
            self._writer.close()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)

    def _order(self, **order: object) -> None:
        if self._writer is None or self._gone:
            raise StartError("the spawner is gone")
        self._writer.write(json.dumps(order).encode() + b"\n")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._hear(json.loads(line))
        except ConnectionError:
            pass
        self._gone = True
        for child in tuple(self._children.values()):
            self._end(child, "the spawner is gone")
        self._on_gone()

    def _hear(self, event: dict[str, str | int]) -> None:
        child = self._children.get(int(event["id"]))
        if child is None:
            return
        if event["event"] == "greeted":
            child.pid = int(event["pid"])
            if not child.greeting.done():
                child.greeting.set_result(str(event["line"]))
        elif event["event"] == "failed":
            self._end(child, str(event["reason"]))
        else:
            self._end(child, f"it ended with code {event['code']}")

    def _end(self, child: Child, why: str) -> None:
        del self._children[child.id]
        child.ended.set()
        if not child.greeting.done():
            child.greeting.set_exception(StartError(why))
            # Whoever waits will see it; nobody may be waiting any more.
            child.greeting.exception()


def fork_spawner() -> socket.socket:
    """Fork the spawner and return our end of its socket. Only before the event loop and any thread."""
    ours, theirs = socket.socketpair()
    if not os.fork():
        ours.close()
        run_spawner(theirs)
    theirs.close()
    ours.setblocking(False)
    return ours
