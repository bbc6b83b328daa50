"""Servers that answer in JSON, and those that answer otherwise: redirects, floods, silence, no JSON."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cellwright.web.json_client import LARGEST, JsonAnswer, JsonClient, UnansweredError

CLIENT = JsonClient({}, 5)


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path
        if path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/json")
            self.end_headers()
        elif path == "/flood":
            self.answer(200, b'"' + b"x" * LARGEST + b'"')
        elif path == "/text":
            self.answer(200, b"hello")
        elif path == "/broken":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"{")
        elif path == "/missing":
            self.answer(404, b"<html>")
        elif path == "/refused":
            self.answer(400, b'{"error": "invalid_grant"}')
        else:
            self.answer(200, json.dumps({"path": path}).encode())

    def do_POST(self) -> None:
        self.answer(200, self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()


def test_what_is_answered(server: str) -> None:
    assert CLIENT.get(f"{server}/json", {}) == JsonAnswer(200, {"path": "/json"})
    assert CLIENT.post(f"{server}/json", {}, "[1]") == JsonAnswer(200, [1])
    assert CLIENT.get(f"{server}/refused", {}) == JsonAnswer(400, {"error": "invalid_grant"})
    assert CLIENT.get(f"{server}/missing", {}) == JsonAnswer(404, None)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/moved", "sends us to another address"),
        ("/flood", "more than 1,048,576 bytes"),
        ("/text", "is no JSON"),
        ("/broken", "is no JSON"),
    ],
)
def test_what_is_no_answer(server: str, path: str, why: str) -> None:
    with pytest.raises(UnansweredError, match=why):
        CLIENT.get(server + path, {})


def test_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(UnansweredError, match=r"no answer within 0\.1 seconds"):
            JsonClient({}, 0.1).get(url, {})


def test_certificates_that_can_not_be_read() -> None:
    client = JsonClient({"SSL_CERT_FILE": "/nonexistent"}, 1)
    with pytest.raises(UnansweredError, match="the certificates in /nonexistent can't be read"):
        client.get("https://localhost:1/", {})
