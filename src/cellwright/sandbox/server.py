"""The HTTP/1.1 server before the gateway: keep-alive, one thread per connection."""

import http
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, DechunkedInput, make_server

from cellwright.sandbox.gateway import Gateway
from cellwright.sandbox.http_messages import HttpRequest, HttpResponse

HOST = "127.0.0.1"

_CHUNK = 1 << 20
_BODILESS = {http.HTTPStatus.NO_CONTENT, http.HTTPStatus.NOT_MODIFIED}


class SandboxServer:
    """A server bound to a port of this machine, not yet serving."""

    def __init__(self, gateway: Gateway, port: int) -> None:
        def unused(_environ: object, _start: object) -> list[bytes]:
            raise AssertionError("the handler answers by itself")

        class Handler(_Handler):
            gateway_to_use = gateway

        self._server: BaseWSGIServer = make_server(HOST, port, unused, threaded=True, request_handler=Handler)

    @property
    def port(self) -> int:
        """The port that the system gave."""
        return int(self._server.server_port)

    def serve(self) -> None:
        """Serve until `stop`, or until the process ends."""
        self._server.serve_forever()

    def stop(self) -> None:
        """Let `serve` return; connections end with their clients."""
        self._server.shutdown()


class _Handler(MotoRequestHandler):
    """Reads a whole request, answers it in one piece.

    Werkzeug's own handler closes every connection and waits 10 ms for leftovers after each answer.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    gateway_to_use: Gateway

    def run_wsgi(self) -> None:
        """Answer one request (called by the base class for every method)."""
        self._send(self.gateway_to_use.answer(_read(self.make_environ())))

    def handle_expect_100(self) -> bool:
        """Let the client send its body (called by the base class, which does not flush by itself)."""
        go_on = super().handle_expect_100()
        self.wfile.flush()
        return go_on

    def log_request(self, *_args: object) -> None:
        """Log nothing: the gateway counts calls, the emulator logs failures."""

    def _send(self, answer: HttpResponse) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        if answer.status not in _BODILESS:
            length = answer.header("Content-Length") if self.command == "HEAD" else ""
            self.send_header("Content-Length", length or str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in _BODILESS:
            self.wfile.write(answer.body)
        self.wfile.flush()


def _read(environ: dict[str, Any]) -> HttpRequest:
    body = _body(environ)
    # The emulator gets the whole body, so it must not expect chunks.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return HttpRequest(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        query=environ["QUERY_STRING"],
        headers=_headers(environ),
        body=body,
        environ=environ,
    )


def _body(environ: dict[str, Any]) -> bytes:
    stream = environ["wsgi.input"]
    if isinstance(stream, DechunkedInput):
        return b"".join(iter(lambda: stream.read(_CHUNK), b""))
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return bytes(stream.read(length)) if length else b""


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {
        key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")
    }
    found["content-type"] = environ.get("CONTENT_TYPE", "")
    return found
