"""Where webhooks may be sent to, and where not."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from cellwright.web.outgoing import Outgoing, OutgoingError

PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104  an address that means this machine
    "224.0.0.1",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_means_a_private_address_is_refused(address: str) -> None:
    sender = Outgoing(resolve=lambda _host, _port: [address])
    with pytest.raises(OutgoingError, match=r"in a private network .*webhooks: allow"):
        sender.post("https://hooks.example.com/x", b"{}", {})


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    sender = Outgoing(resolve=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(OutgoingError, match="private network"):
        sender.post("https://hooks.example.com/x", b"{}", {})


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://example.com/", "write a web address"),
        ("file:///etc/passwd", "write a web address"),
        ("https://", "write a web address"),
        ("javascript:alert(1)", "write a web address"),
        ("https://user:pass@example.com/", "must not hold a user"),
        ("https://example.com:99999/", "no web address"),
        ("https://example.com/\r\nX: y", "printable ASCII"),
        ("https://exämple.com/", "printable ASCII"),
        (f"https://example.com/{'x' * 2000}", "at most 2,000"),
        ("http://169.254.169.254/latest/meta-data", "private network"),
        ("http://[::1]/", "private network"),
    ],
)
def test_what_is_no_address_to_post_to_is_refused_before_anything_is_sent(url: str, told: str) -> None:
    with pytest.raises(OutgoingError, match=told):
        Outgoing().check(url)


def test_a_name_that_is_unknown_is_told() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(OutgoingError, match="is not known: Name or service"):
        Outgoing(resolve=unknown).post("https://nowhere.example/", b"", {})


class Receiver(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, bytes]] = []  # noqa: RUF012  emptied by the fixture

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Host"], body))
        self.send_response(302 if self.path == "/moved" else 204)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    Receiver.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("allowed", ["hooks.internal", "127.0.0.0/8"])
def test_a_private_one_that_is_allowed_is_reached_at_the_address_that_was_judged(
    port: int, allowed: str
) -> None:
    sender = Outgoing((allowed,), resolve=lambda _host, _port: ["127.0.0.1"])
    assert sender.post(f"http://hooks.internal:{port}/a?b=c", b"{}", {}) == 204
    assert Receiver.seen == [("/a?b=c", f"hooks.internal:{port}", b"{}")]


def test_a_redirect_is_not_followed(port: int) -> None:
    sender = Outgoing(("127.0.0.1",))
    assert sender.post(f"http://127.0.0.1:{port}/moved", b"{}", {}) == 302
    assert [path for path, _, _ in Receiver.seen] == ["/moved"]


def test_a_network_that_is_allowed_allows_no_other() -> None:
    sender = Outgoing(("10.0.0.0/8", "hooks.internal"))
    for url in ("http://192.168.1.1/", "http://[fd00::1]/"):
        with pytest.raises(OutgoingError, match="private network"):
            sender.check(url)


def test_nobody_who_listens_is_told() -> None:
    with pytest.raises(OutgoingError, match="did not answer"):
        Outgoing(("127.0.0.1",), seconds=1).post("http://127.0.0.1:1/", b"", {})


def _trickle(listener: socket.socket, first: bytes) -> None:
    connection, _ = listener.accept()
    with connection, suppress(OSError):
        connection.sendall(first)
        while True:  # each byte comes long before a wait for one byte ends
            connection.sendall(b"x")
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("scheme", "first"), [("http", b"HTTP/1.1 200 OK\r\nX: "), ("https", b"\x16\x03\x03\x40\x00")]
)
def test_a_receiver_that_sends_a_byte_at_a_time_is_cut_off(scheme: str, first: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_trickle, args=(listener, first), daemon=True)
        thread.start()
        url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(OutgoingError, match=r"did not answer within 0\.3 seconds"):
            Outgoing(("127.0.0.1",), seconds=0.3).post(url, b"{}", {})
        thread.join(60)
        assert not thread.is_alive()
