"""The relay's end of the spawner process: have a program started, learn its first line of output, end it."""

import asyncio
import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

from cellwright.relay.daemon.provider_side.spawner_process import run_spawner

_LINE_LIMIT = 1 << 20


class ProgramStartError(Exception):
    """A program could not be started, or ended before it had printed anything."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and everything that the new process takes over from its parent."""

    path: Path
    folder: Path
    environment: Mapping[bytes, bytes]
    umask: int


@dataclass(slots=True)
class SpawnedProgram:
    """A program that was started, as far as the relay knows."""

    id: int
    first_line: asyncio.Future[str]
    """The first line of its output, or `ProgramStartError`."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class ProgramStarter(Protocol):
    """Starts programs and ends them."""

    def start(self, program: Program) -> SpawnedProgram:
        """Have a program started; `first_line` tells when it is ready or why it failed."""

    def kill(self, spawned: SpawnedProgram) -> None:
        """Kill a program and everything that it started."""


class SpawnerClient:
    """Starts programs through the spawner process."""

    def __init__(self, connection: socket.socket, on_gone: Callable[[], None]) -> None:
        self._socket = connection
        self._on_gone = on_gone
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._spawned: dict[int, SpawnedProgram] = {}
        self._ids = count(1)
        self._gone = False

    async def connect(self) -> None:
        """Begin to listen to the spawner; call once, in the event loop."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._socket, limit=_LINE_LIMIT)
        self._listener = asyncio.create_task(self._listen(reader))

    def start(self, program: Program) -> SpawnedProgram:
        """Have a program started; `first_line` tells when it is ready or why it failed.

        Raises:
            ProgramStartError: the spawner is gone.
        """
        spawned = SpawnedProgram(next(self._ids), asyncio.get_running_loop().create_future())
        self._send(
            order="start",
            id=spawned.id,
            program=os.fspath(program.path),
            folder=os.fspath(program.folder),
            umask=program.umask,
            environment={
                os.fsdecode(name): os.fsdecode(value) for name, value in program.environment.items()
            },
        )
        self._spawned[spawned.id] = spawned
        return spawned

    def kill(self, spawned: SpawnedProgram) -> None:
        """Kill a program and everything that it started.

        Raises:
            ProgramStartError: the spawner is gone.
        """
        if spawned.id in self._spawned:
            self._send(order="kill", id=spawned.id)

    async def close(self) -> None:
        """Close the connection; the spawner then kills every program that still runs."""
        if self._writer is not None:
            self._writer.close()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)

    def _send(self, **order: object) -> None:
        if self._writer is None or self._gone:
            raise ProgramStartError("the spawner is gone")
        self._writer.write(json.dumps(order).encode() + b"\n")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._handle(json.loads(line))
        except ConnectionError:
            pass
        self._gone = True
        for spawned in tuple(self._spawned.values()):
            self._end(spawned, "the spawner is gone")
        self._on_gone()

    def _handle(self, event: dict[str, str | int]) -> None:
        spawned = self._spawned.get(int(event["id"]))
        if spawned is None:
            return
        if event["event"] == "printed":
            if not spawned.first_line.done():
                spawned.first_line.set_result(str(event["line"]))
        elif event["event"] == "failed":
            self._end(spawned, str(event["reason"]))
        else:
            self._end(spawned, f"it ended with code {event['code']}")

    def _end(self, spawned: SpawnedProgram, why: str) -> None:
        del self._spawned[spawned.id]
        spawned.ended.set()
        if not spawned.first_line.done():
            spawned.first_line.set_exception(ProgramStartError(why))
            # Read it here, since nobody may be waiting for it any more.
            spawned.first_line.exception()


def fork_spawner() -> socket.socket:
    """Fork the spawner and return our end of its socket. Only before the event loop and any thread."""
    ours, theirs = socket.socketpair()
    if not os.fork():
        ours.close()
        run_spawner(theirs)
    theirs.close()
    ours.setblocking(False)
    return ours
