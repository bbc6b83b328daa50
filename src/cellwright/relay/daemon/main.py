"""The daemon's main program: detach from the client, fork the spawner, listen, report readiness."""

import argparse
import asyncio
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from cellwright.files.flock import FlockFile
from cellwright.relay.daemon.cache.config_check_cache import ConfigCheckCache
from cellwright.relay.daemon.cache.environment_answers import EnvironmentAnswers
from cellwright.relay.daemon.cache.environment_key import EnvironmentKeys
from cellwright.relay.daemon.cache.packages import PackageVerifier
from cellwright.relay.daemon.cache.schema_cache import SchemaCache
from cellwright.relay.daemon.control_server import ControlServer
from cellwright.relay.daemon.grants import GrantRegistry
from cellwright.relay.daemon.own_environment import own_environment
from cellwright.relay.daemon.provider_side.spawner_client import SpawnerClient, fork_spawner
from cellwright.relay.daemon.served_provider import SharedServices
from cellwright.relay.folders import CONTROL_SOCKET, DAEMON_LOCK, LOG_FILE

_LOG_BYTES = 256 << 10
_READY = b"ready\n"


@dataclass(frozen=True, slots=True)
class _Options:
    """What the daemon was started with."""

    runtime: Path
    cache: Path
    idle_seconds: float
    environment: Mapping[bytes, bytes]
    """For a provider that is asked for its schemas."""


def main(arguments: list[str] | None = None) -> int:
    """Run the daemon: `main RUNTIME CACHE IDLE_SECONDS`.

    Returns in the process that was called as soon as the daemon listens or has failed; the daemon itself runs
    in a process and a session of its own.
    """
    options = _parse(arguments)
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        report = os.read(reading, 4096)
        sys.stdout.write("" if report == _READY else report.decode() or "it ended at once\n")
        return 0 if report == _READY else 1
    os.close(reading)
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    try:
        _run(options, writing)
    except OSError as fault:
        os.write(writing, f"{fault}\n".encode())
        return 1
    return 0


def _parse(arguments: list[str] | None) -> _Options:
    parser = argparse.ArgumentParser(prog="cellwright-relay")
    parser.add_argument("runtime", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("idle", type=float)
    given = parser.parse_args(arguments)
    return _Options(given.runtime, given.cache, given.idle, own_environment())


def _run(options: _Options, writing: int) -> None:
    # The spawner inherits the lock, so it is held until both have ended.
    if not FlockFile.open(options.runtime / DAEMON_LOCK).try_lock():
        # Another daemon serves this folder already; that is as good.
        os.write(writing, _READY)
        return
    for stale in options.runtime.glob("*.sock"):
        stale.unlink(missing_ok=True)
    _close_standard_streams()
    spawner = fork_spawner()
    # After the fork: providers keep the limit that they would have had.
    _raise_file_limit()

    def ready() -> None:
        os.write(writing, _READY)
        os.close(writing)

    asyncio.run(_serve(options, spawner, ready))


async def _serve(options: _Options, spawner_socket: socket.socket, ready: Callable[[], None]) -> None:
    log = _open_log(options.runtime / LOG_FILE)
    server: ControlServer | None = None

    def spawner_gone() -> None:
        # Its providers died with it; the next client starts a new daemon.
        log.warning("the spawner is gone")
        if server is not None:
            server.stop()

    def log_exception(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # The kind only: an exception's text may quote what was sent.
        log.error("%s: %s", context.get("message"), type(context.get("exception")).__name__)

    asyncio.get_running_loop().set_exception_handler(log_exception)
    spawner = SpawnerClient(spawner_socket, spawner_gone)
    await spawner.connect()
    keys = EnvironmentKeys(options.cache)
    answers = EnvironmentAnswers(options.cache, keys)
    schemas = SchemaCache(options.cache, spawner, options.environment, answers)
    services = SharedServices(spawner, schemas, ConfigCheckCache(options.cache, keys), log.info)
    grants = GrantRegistry(options.runtime, services, PackageVerifier(options.cache))
    server = ControlServer(grants, options.runtime / CONTROL_SOCKET, options.idle_seconds)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    log.info("serving as process %d", os.getpid())
    try:
        await server.run(ready)
    finally:
        await spawner.close()
        log.info("ended")


def _close_standard_streams() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)


def _raise_file_limit() -> None:
    """Allow as many open files as possible: every connection and every provider needs one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _open_log(path: Path) -> logging.Logger:
    handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("cellwright.relay")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler)
    return log


if __name__ == "__main__":
    raise SystemExit(main())
