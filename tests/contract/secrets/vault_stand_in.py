"""A stand-in for Vault, not Vault itself: it answers reads of a KV engine as Vault's documents say."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import unquote

TOKEN = "hvs.stand-in"


@dataclass
class VaultStandIn:
    """What the stand-in keeps, and how it is told to answer."""

    address: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    """The keys of each secret, by path below `/v1/`; None is a secret whose newest version was deleted."""
    forbidden: set[str] = field(default_factory=set)
    answer: tuple[int, dict[str, str], bytes] | None = None
    """Given to whatever is asked."""
    namespaces: list[str | None] = field(default_factory=list)
    """Of each request."""

    def reply(self, path: str, token: str | None) -> tuple[int, dict[str, str], bytes]:
        if self.answer is not None:
            return self.answer
        if token != TOKEN or path in self.forbidden:
            return 403, {}, b'{"errors":["permission denied"]}'
        if path not in self.kept:
            return 404, {}, b'{"errors":[]}'
        keys = self.kept[path]
        metadata = {"version": 1, "destroyed": False, "deletion_time": "" if keys is not None else "now"}
        document = {"request_id": "1", "data": {"data": keys, "metadata": metadata}}
        return 200 if keys is not None else 404, {}, json.dumps(document).encode()


class _Handler(BaseHTTPRequestHandler):
    vault: ClassVar[VaultStandIn]

    def do_GET(self) -> None:
        self.vault.namespaces.append(self.headers.get("X-Vault-Namespace"))
        path = unquote(self.path).removeprefix("/v1/")
        code, headers, body = self.vault.reply(path, self.headers.get("X-Vault-Token"))
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def vault_stand_in() -> Iterator[VaultStandIn]:
    """Run the stand-in for the length of the block."""
    vault = VaultStandIn()
    handler = type("Handler", (_Handler,), {"vault": vault})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        vault.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield vault
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silent_server() -> Iterator[tuple[str, Callable[[], int]]]:
    """An address that takes connections and never answers, and how many it was given."""
    connections: list[Any] = []
    with closing(create_server(("127.0.0.1", 0))) as listening:

        def accept() -> None:
            while True:
                try:
                    connections.append(listening.accept()[0])
                except OSError:
                    return

        Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", lambda: len(connections)
    for connection in connections:
        connection.close()
