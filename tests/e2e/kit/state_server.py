"""Terraform's `http` backend as a server in the test: states, faults, locks that outlive who took them."""

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from typing_extensions import override


class Fault(Enum):
    """What is wrong with a server."""

    DROPS = "answers for what is written, and does not keep it"
    FORBIDS = "refuses every write with 403, as where credentials have run out"
    FAILS = "refuses every write with 500"
    CONFLICTS = "refuses every write with 409"
    LIMITS = "refuses every write with 413"
    CLOSES = "closes the connection instead of an answer to a write"
    OTHERS = "answers with another unit's state"
    OLD = "answers with the version before the last one"
    FORGETS = "has lost its locks and refuses to unlock"
    GONE = "closes every connection"


_REFUSALS = {Fault.FORBIDS: 403, Fault.FAILS: 500, Fault.CONFLICTS: 409, Fault.LIMITS: 413}


@dataclass
class StateServer:
    """What it holds."""

    port: int = 0
    host: str = "127.0.0.1"
    """As the fleet's machines call it."""
    states: dict[str, bytes] = field(default_factory=dict)
    former: dict[str, bytes] = field(default_factory=dict)
    """The version before the last one of each state."""
    locks: dict[str, dict[str, Any]] = field(default_factory=dict)
    fault: Fault | None = None
    lockless: int = 0
    """So many requests for a lock are answered with 503 first."""
    names_the_holder: bool = True
    """Whether a refused lock is answered with what is known of who has it."""
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def settings(self) -> dict[str, Any]:
        """`state` of a fleet.yaml that keeps its states here."""
        address = f"http://{self.host}:{self.port}/${{unit.address}}"
        return {
            "backend": "http",
            "config": {
                "address": address,
                "lock_address": address,
                "unlock_address": address,
                "retry_max": 0,
            },
        }

    def read(self, path: str) -> bytes | None:
        """Give what is answered for a state."""
        if self.fault is Fault.OTHERS:
            return next((state for other, state in self.states.items() if other != path), None)
        return (self.former if self.fault is Fault.OLD else self.states).get(path)

    def write(self, path: str, content: bytes) -> int:
        """Keep a state, or not; gives the code that is answered."""
        if self.fault in _REFUSALS:
            return _REFUSALS[self.fault]
        if self.fault is not Fault.DROPS and not self.is_silent("POST"):
            if path in self.states:
                self.former[path] = self.states[path]
            self.states[path] = content
        return 200

    def lock(self, path: str, wanted: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Give a state to who wants it, or not; gives the code, and who has it."""
        with self._guard:
            if self.lockless:
                self.lockless -= 1
                return 503, {}
            holder = wanted if self.is_silent("LOCK") else self.locks.setdefault(path, wanted)
        return 200 if holder is wanted else 423, holder if self.names_the_holder else {}

    def unlock(self, path: str) -> int:
        """Take a state back; gives the code that is answered."""
        if not self.is_silent("UNLOCK"):
            self.locks.pop(path, None)
        return 409 if self.fault is Fault.FORGETS else 200

    def is_silent(self, method: str) -> bool:
        """Tell whether a request is not answered at all, nor carried out."""
        return self.fault is Fault.GONE or (self.fault is Fault.CLOSES and method == "POST")


class _OnSocket(ThreadingHTTPServer):
    """Listens on a Unix socket."""

    address_family = socket.AF_UNIX

    @override
    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", 0


@contextmanager
def state_server(at: Path | None = None) -> Iterator[StateServer]:
    """Serve for as long as the block lasts: on a port of this machine, or on a Unix socket."""
    held = StateServer()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, code: int, content: bytes = b"") -> None:
            if held.is_silent(self.command):
                self.close_connection = True
                return
            self.send_response(code)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def do_GET(self) -> None:
            state = held.read(self.path)
            self.answer(404 if state is None else 200, state or b"")

        def do_POST(self) -> None:
            self.answer(held.write(self.path.partition("?")[0], self.body()))

        def do_LOCK(self) -> None:
            code, holder = held.lock(self.path, json.loads(self.body()))
            self.answer(code, json.dumps(holder).encode())

        def do_UNLOCK(self) -> None:
            self.body()
            self.answer(held.unlock(self.path))

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((held.host, 0), Handler) if at is None else _OnSocket(str(at), Handler)  # type: ignore[arg-type]  # a path
    held.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
