"""Terraform's `http` backend as a server in the test: states, and locks that outlive whoever took them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override


@dataclass
class StateServer:
    """What it holds."""

    port: int = 0
    states: dict[str, bytes] = field(default_factory=dict)
    locks: dict[str, dict[str, Any]] = field(default_factory=dict)
    keeps: bool = True
    """Whether what is written is kept; it is answered for either way."""
    refuses: bool = False
    """Whether every write is refused, as where credentials have run out."""
    names_the_holder: bool = True
    """Whether a refused lock is answered with what is known of who has it."""

    @property
    def settings(self) -> dict[str, Any]:
        """`state` of a fleet.yaml that keeps its states here."""
        address = f"http://127.0.0.1:{self.port}/${{unit.address}}"
        return {
            "backend": "http",
            "config": {
                "address": address,
                "lock_address": address,
                "unlock_address": address,
                "retry_max": 0,
            },
        }


@contextmanager
def state_server() -> Iterator[StateServer]:
    """Serve for as long as the block lasts."""
    held = StateServer()
    guard = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, code: int, content: bytes = b"") -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def do_GET(self) -> None:
            state = held.states.get(self.path)
            self.answer(404 if state is None else 200, state or b"")

        def do_POST(self) -> None:
            content = self.body()
            if held.keeps and not held.refuses:
                held.states[self.path.partition("?")[0]] = content
            self.answer(403 if held.refuses else 200)

        def do_LOCK(self) -> None:
            wanted = json.loads(self.body())
            with guard:
                holder = held.locks.setdefault(self.path, wanted)
            told = holder if held.names_the_holder else {}
            self.answer(200 if holder is wanted else 423, json.dumps(told).encode())

        def do_UNLOCK(self) -> None:
            self.body()
            held.locks.pop(self.path, None)
            self.answer(200)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
