"""What may happen to a command at work, at a moment that nobody chose."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from e2e.chaos.arena import Arena
from e2e.chaos.places import ServedStates
from e2e.kit.program import Running, below, processes_about
from e2e.kit.state_server import Fault
from e2e.kit.waiting import eventually

LONGEST_PAUSE = 0.25
LONGEST_STOP = 2.0
LONGEST_LIE = 6.0


@dataclass(frozen=True, slots=True)
class Strike:
    """One kind of harm."""

    name: str
    hit: Callable[[Arena, Running], None]
    mend: Callable[[Arena], None] = lambda _arena: None
    """Ends what outlasts the command."""
    kills_terraform: bool = False
    """Terraform itself is killed: what it was doing may have to be done again."""
    kills_us: bool = False
    """Cellwright is killed, so it says nothing about how it ended."""


def _kill(_arena: Arena, running: Running) -> None:
    running.process.kill()


def _kill_all(_arena: Arena, running: Running) -> None:
    running.kill_tree()


def _stop(arena: Arena, running: Running) -> None:
    _suspended(arena, [psutil.Process(running.process.pid)])


def _stop_all(arena: Arena, running: Running) -> None:
    _suspended(arena, below(psutil.Process(running.process.pid)))


def _suspended(arena: Arena, processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.suspend()
    time.sleep(arena.chance.uniform(0, LONGEST_STOP))
    for process in processes:
        with suppress(psutil.Error):
            process.resume()


def _programs(arena: Arena) -> list[psutil.Process]:
    """The Terraforms that work on the fleet's units."""
    return [item for item in processes_about(arena.fleet.home / "work") if not _is_shell(item)]


def _launchers(arena: Arena) -> list[psutil.Process]:
    return [item for item in processes_about(arena.fleet.home / "work") if _is_shell(item)]


def _is_shell(process: psutil.Process) -> bool:
    try:
        return process.name() in ("sh", "dash", "bash")
    except psutil.Error:
        return True


def _kill_terraform(arena: Arena, _running: Running) -> None:
    _kill_one(arena, _programs(arena))


def _stop_terraform(arena: Arena, _running: Running) -> None:
    _suspended(arena, _programs(arena))


def _kill_launcher(arena: Arena, _running: Running) -> None:
    _kill_one(arena, _launchers(arena))


def _kill_one(arena: Arena, processes: list[psutil.Process]) -> None:
    if processes:
        with suppress(psutil.Error):
            arena.chance.choice(processes).kill()


def _interrupt(_arena: Arena, running: Running) -> None:
    running.signal(signal.SIGINT)


def _crash_postgres(arena: Arena, _running: Running) -> None:
    assert arena.postgres
    arena.postgres.crash()


def _await_postgres(arena: Arena) -> None:
    assert arena.postgres
    eventually(arena.postgres.answers, "PostgreSQL to recover")


def _stop_postgres(arena: Arena, _running: Running) -> None:
    assert arena.postgres
    _suspended(arena, [psutil.Process(pid) for pid in arena.postgres.processes()])


def _cut_postgres(arena: Arena, _running: Running) -> None:
    assert arena.postgres
    for pid in arena.postgres.processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def _stop_bucket(arena: Arena, _running: Running) -> None:
    _suspended(arena, [psutil.Process(arena.sandbox)])


def _fault(fault: Fault) -> Strike:
    """A state server that has a fault from some moment on: for a while, or until the command is over."""

    def hit(arena: Arena, running: Running) -> None:
        assert isinstance(arena.states, ServedStates)
        arena.states.server.fault = fault
        if arena.chance.random() < 0.5:
            end = time.monotonic() + arena.chance.uniform(0, LONGEST_LIE)
            while time.monotonic() < end and running.process.poll() is None:
                time.sleep(0.02)
            arena.states.server.fault = None

    def mend(arena: Arena) -> None:
        assert isinstance(arena.states, ServedStates)
        arena.states.server.fault = None

    return Strike(f"server: {fault.name.lower()}", hit, mend)


def _fill(arena: Arena, _running: Running) -> None:
    assert arena.disk
    arena.disk.fill()


def _make_room(arena: Arena) -> None:
    assert arena.disk
    arena.disk.make_room()


def _folder(arena: Arena) -> Path:
    """One of Cellwright's own folders."""
    places = ("work", "states", "logs", "work/client/c0", "states/client/c1")
    return arena.fleet.home / arena.chance.choice(places)


def _seal(arena: Arena, _running: Running) -> None:
    assert arena.disk
    arena.sealed = _folder(arena)
    arena.disk.seal(arena.sealed)


def _unseal(arena: Arena) -> None:
    assert arena.disk
    if arena.sealed:
        arena.disk.unseal(arena.sealed)
        arena.sealed = None


KILLS = (
    Strike("kill Cellwright", _kill, kills_us=True),
    Strike("stop Cellwright", _stop),
    Strike("kill everything", _kill_all, kills_us=True, kills_terraform=True),
    Strike("stop everything", _stop_all),
    Strike("kill Terraform", _kill_terraform, kills_terraform=True),
    Strike("stop Terraform", _stop_terraform),
    Strike("kill the launcher", _kill_launcher),
    Strike("interrupt", _interrupt),
)
SERVER = tuple(_fault(fault) for fault in Fault)
POSTGRES = (
    Strike("PostgreSQL crashes", _crash_postgres, _await_postgres),
    Strike("PostgreSQL stands still", _stop_postgres),
    Strike("PostgreSQL cuts connections", _cut_postgres),
)
BUCKET = (Strike("S3 stands still", _stop_bucket),)
DISK = (
    Strike("the disk fills up", _fill, _make_room),
    Strike("a folder becomes read-only", _seal, _unseal),
)

ALL: Mapping[str, tuple[Strike, ...]] = {
    "kills": KILLS,
    "server": SERVER,
    "postgres": POSTGRES,
    "bucket": BUCKET,
    "disk": DISK,
}
