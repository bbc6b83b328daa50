"""Taking a port, and serving on it."""

import socket
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen
from cellwright.model.diagnostic import DiagnosticError
from patience import PATIENCE
from unit.console.kit import make_services


def test_a_port_that_is_taken_is_named_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DiagnosticError, match=rf"127\.0\.0\.1:{port}: Address already in use.*--port"):
            listen(Listening(port=port))


@pytest.mark.parametrize(
    ("host", "port"), [("192.0.2.1", 0), ("no-such-host.invalid", 0), ("127.0.0.1", 70000)]
)
def test_a_place_that_is_not_here_is_refused(host: str, port: int) -> None:
    with pytest.raises(DiagnosticError, match=r"can't listen|is no port"):
        listen(Listening(host=host, port=port))


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104  what is tested
def test_the_address_is_one_that_a_browser_of_this_machine_reaches(host: str) -> None:
    with listen(Listening(host=host, port=0)) as found:
        assert address_of(found) == f"http://localhost:{found.getsockname()[1]}"


def test_it_answers_when_it_says_that_it_is_ready_until_it_is_stopped(tmp_path: Path) -> None:
    found = listen(Listening(port=0))
    address = address_of(found)
    ready = Event()
    server = ConsoleServer(create_application(make_services(tmp_path)), found, (), ready.set)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    assert httpx.get(f"{address}/healthz").status_code == HTTPStatus.OK
    server.stop()
    thread.join(PATIENCE)
    found.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz")
