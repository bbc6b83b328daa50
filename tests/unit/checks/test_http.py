"""Web addresses as checks: by status, without redirects, never longer than their time."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cellwright.checks.http import check_http
from cellwright.checks.verdict import PASSED, Checked, Verdict
from patience import PATIENCE


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path == "/slow":
            self.server.go_on.wait(PATIENCE)  # type: ignore[attr-defined]
        if self.path == "/garbage":
            self.wfile.write(b"what?\r\n\r\n")
            return
        status = int(self.path[1:4]) if self.path[1:4].isdigit() else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200")
        self.end_headers()
        if self.path == "/200?big":
            self.wfile.write(b"x" * 10_000_000)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.daemon_threads = True
    server.asked = []  # type: ignore[attr-defined]
    server.go_on = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.go_on.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def ask(server: ThreadingHTTPServer, path: str, *wanted: int, timeout: float = PATIENCE) -> Checked:
    return check_http(f"http://127.0.0.1:{server.server_port}{path}", wanted or (200,), {}, timeout)


@pytest.mark.parametrize(("path", "wanted"), [("/200", 200), ("/204", 204), ("/503", 503), ("/302", 302)])
def test_the_wanted_status_passes(server: ThreadingHTTPServer, path: str, wanted: int) -> None:
    assert ask(server, path, 200, wanted) == PASSED
    assert server.asked == [path]  # type: ignore[attr-defined]


def test_another_status_fails_and_no_redirect_is_followed(server: ThreadingHTTPServer) -> None:
    assert ask(server, "/503?token=hunter2") == Checked(
        Verdict.FAILED, f"http://127.0.0.1:{server.server_port}/503 answered 503"
    )
    assert ask(server, "/302").verdict is Verdict.FAILED
    assert len(server.asked) == 2  # type: ignore[attr-defined]


def test_a_large_answer_is_not_read(server: ThreadingHTTPServer) -> None:
    assert ask(server, "/200?big") == PASSED


def test_one_that_does_not_answer_in_time_tells_nothing(server: ThreadingHTTPServer) -> None:
    begun = time.monotonic()
    found = ask(server, "/slow", timeout=0.2)
    assert time.monotonic() - begun < PATIENCE
    assert found.verdict is Verdict.UNREADABLE


def test_one_that_is_not_there_or_speaks_something_else_tells_nothing(server: ThreadingHTTPServer) -> None:
    assert ask(server, "/garbage").verdict is Verdict.UNREADABLE
    found = check_http("http://127.0.0.1:1/", (200,), {}, PATIENCE)
    assert found.verdict is Verdict.UNREADABLE
    assert "did not answer" in found.why


def test_certificates_that_cannot_be_read_tell_nothing() -> None:
    found = check_http("https://127.0.0.1:1/", (200,), {"SSL_CERT_FILE": "/nowhere"}, PATIENCE)
    assert found.verdict is Verdict.UNREADABLE
