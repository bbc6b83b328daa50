"""The daemon's start: leave the client, fork the spawner, listen, say so."""

import argparse
import asyncio
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from cellwright.files.flock import FlockFile
from cellwright.relay.daemon.catalogue import Catalogue
from cellwright.relay.daemon.grants import Grants
from cellwright.relay.daemon.offer import Services
from cellwright.relay.daemon.packages import Packages
from cellwright.relay.daemon.prepared import PreparedAnswers
from cellwright.relay.daemon.service import Service
from cellwright.relay.daemon.spawning import Spawner, fork_spawner
from cellwright.relay.folders import CONTROL_SOCKET, LOCK_FILE, LOG_FILE

_LOG_BYTES = 256 << 10
_READY = b"ready\n"


def main(arguments: list[str] | None = None) -> int:
    """Run the daemon: `main RUNTIME CACHE IDLE_SECONDS`.

    Returns in the process that was called once the daemon listens, or never will; the daemon itself goes on
    in a process and session of its own.
    """
    parser = argparse.ArgumentParser(prog="cellwright-relay")
    parser.add_argument("runtime", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("idle", type=float)
    options = parser.parse_args(arguments)
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        heard = os.read(reading, 4096)
        sys.stdout.write("" if heard == _READY else heard.decode() or "it ended at once\n")
        return 0 if heard == _READY else 1
    os.close(reading)
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    try:
        _run(options.runtime, options.cache, options.idle, writing)
    except OSError as fault:
        os.write(writing, f"{fault}\n".encode())
        return 1
    return 0


def _run(runtime: Path, cache: Path, idle: float, writing: int) -> None:
    # Inherited by the spawner too, and held until both have ended.
    if not FlockFile.open(runtime / LOCK_FILE).try_lock():
        # Another daemon serves this folder already; that is as good.
        os.write(writing, _READY)
        return
    for stale in runtime.glob("*.sock"):
        stale.unlink(missing_ok=True)
    _shut_standard_streams()
    spawner = fork_spawner()
    # After the fork: providers keep the limit that they would have had.
    _raise_file_limit()

    def ready() -> None:
        os.write(writing, _READY)
        os.close(writing)

    asyncio.run(_serve(runtime, cache, idle, spawner, ready))


async def _serve(
    runtime: Path, cache: Path, idle: float, spawner_socket: socket.socket, ready: Callable[[], None]
) -> None:
    log = _log(runtime / LOG_FILE)
    service: Service | None = None

    def spawner_gone() -> None:
        # Its providers died with it; whoever needs the relay next starts a whole one.
        log.warning("the spawner is gone")
        if service is not None:
            service.stop()

    def mishap(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # Of what kind and where, never with what: an exception's text may quote what was sent.
        log.error("%s: %s", context.get("message"), type(context.get("exception")).__name__)

    asyncio.get_running_loop().set_exception_handler(mishap)
    spawner = Spawner(spawner_socket, spawner_gone)
    await spawner.connect()
    services = Services(spawner, PreparedAnswers(cache), log.info)
    grants = Grants(runtime, services, Packages(cache), Catalogue(cache, spawner))
    service = Service(grants, runtime / CONTROL_SOCKET, idle)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, service.stop)
    log.info("serving as process %d", os.getpid())
    try:
        await service.run(ready)
    finally:
        await spawner.close()
        log.info("ended")


def _shut_standard_streams() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)


def _raise_file_limit() -> None:
    """Every connection and every provider is an open file of the relay's."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _log(path: Path) -> logging.Logger:
    handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("cellwright.relay")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler)
    return log


if __name__ == "__main__":
    raise SystemExit(main())
