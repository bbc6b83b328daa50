"""Serves the console's application on a port of this machine until it is told to stop."""

import errno
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from cellwright.console.live.hub import end_streams
from cellwright.model.diagnostic import DiagnosticError, error

_BACKLOG = 512
"""Connections that may wait to be taken."""
_THIS_MACHINE = frozenset({"127.0.0.1", "0.0.0.0", "::1", "::"})  # noqa: S104  compared, not bound
_LAST_PORT = 65535
_LAST_ANSWERS = 5
"""Seconds that requests have to end when the server stops; streams never end by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = 8080
    """0 takes one that is free."""
    proxies: Sequence[str] = ()
    """Addresses of proxies whose word on a visitor's address and scheme counts."""


def listen(where: Listening) -> socket.socket:
    """Take the port.

    Raises:
        DiagnosticError: it is taken, is not this machine's, or needs another user.
    """
    if not 0 <= where.port <= _LAST_PORT:
        raise DiagnosticError(error(f"{where.port} is no port", f"choose one up to {_LAST_PORT}: --port"))
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            where.host, where.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(place)
            found.listen(_BACKLOG)
        except BaseException:
            found.close()
            raise
    except OSError as fault:
        taken = fault.errno == errno.EADDRINUSE
        advice = "choose another: --port" if taken else "choose another --host or --port"
        reason = fault.strerror or str(fault)
        told = error(f"the console can't listen on {where.host}:{where.port}: {reason}", advice)
        raise DiagnosticError(told) from None
    return found


def address_of(listening: socket.socket) -> str:
    """Give the address for a browser on this machine; a passkey needs a name, and no number."""
    host, port = listening.getsockname()[:2]
    if host in _THIS_MACHINE:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def never() -> bool:
    """Nobody tells the server to end."""
    return False


class ConsoleServer:
    """Serves an application until `stop`."""

    def __init__(
        self,
        application: FastAPI,
        listening: socket.socket,
        proxies: Sequence[str],
        ready: Callable[[], None],
        told_to_end: Callable[[], bool] = never,
    ) -> None:
        """`ready` is called when requests are answered; `told_to_end` is asked all the time."""
        self._listening = listening
        configuration = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            timeout_graceful_shutdown=_LAST_ANSWERS,
        )
        self._server = _Server(configuration, ready, lambda: end_streams(application), told_to_end)

    def run(self) -> None:
        """Serve; requests that are being answered at the end have a few seconds."""
        self._server.run(sockets=[self._listening])

    def stop(self) -> None:
        """Have `run` end soon."""
        self._server.should_exit = True


class _Server(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        stopping: Callable[[], None],
        told_to_end: Callable[[], bool],
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping
        self._told_to_end = told_to_end

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever started the server: the base class would raise them again at its end.

        SIGTERM would then end the process before runs and the ledger are left in order.
        """
        yield

    async def on_tick(self, counter: int) -> bool:
        """Tell ten times a second whether to stop."""
        return await super().on_tick(counter) or self._told_to_end()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what would not end by itself, and wait for the rest."""
        self._stopping()
        await super().shutdown(sockets)
