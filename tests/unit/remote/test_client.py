"""The token, the address, and what a server may answer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.remote import client as client_module
from cellwright.remote.client import ApiClient
from cellwright.remote.credentials import find_token


def test_the_token_comes_from_the_environment_or_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("cw_secret\n")
    file.chmod(0o600)
    assert find_token({"CELLWRIGHT_TOKEN": " cw_one "}) == "cw_one"
    assert find_token({"CELLWRIGHT_TOKEN_FILE": str(file)}) == "cw_secret"
    file.chmod(0o640)
    with pytest.raises(DiagnosticError, match="can be read by others; chmod 600"):
        find_token({"CELLWRIGHT_TOKEN_FILE": str(file)})


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "there is no API token"),
        ({"CELLWRIGHT_TOKEN": "  "}, "there is no API token"),
        ({"CELLWRIGHT_TOKEN": "a\nb"}, "the API token is none"),
        ({"CELLWRIGHT_TOKEN": "ä"}, "the API token is none"),
        ({"CELLWRIGHT_TOKEN_FILE": "/nonexistent/token"}, "can't be read"),
    ],
)
def test_without_a_token_it_says_what_to_do(environment: dict[str, str], told: str) -> None:
    with pytest.raises(DiagnosticError, match=told):
        find_token(environment)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://example.com", "others could read the token"),
        ("example.com", "is no server"),
        ("file:///etc/passwd", "is no server"),
        ("https://user@example.com", "is no server"),
        ("https://user:hunter2@example.com", "show a user or password"),
        ("https://user:hunter2", "no web address"),
        ("https://user:hun[ter2@example.com", "no web address"),
        ("https://user:hun#ter2@example.com", "no web address"),
        ("https://example.com?token=hunter2", "has a '\\?'"),
        ("cwt_hunter2_x", "is no server"),
    ],
)
def test_an_address_that_would_give_the_token_away_is_refused(address: str, told: str) -> None:
    with pytest.raises(DiagnosticError, match=told) as caught:
        ApiClient(address, "cw_secret", {})
    assert "cw_secret" not in str(caught.value)
    assert "ter2" not in str(caught.value)


class Answering(BaseHTTPRequestHandler):
    answers: list[tuple[int, bytes]] = []  # noqa: RUF012  filled by each test
    keys: list[str] = []  # noqa: RUF012  as above
    builds: list[str | None] = []  # noqa: RUF012  as above

    def do_GET(self) -> None:
        self.builds.append(self.headers["X-Cellwright-Build-Token"])
        status, body = self.answers.pop(0)
        self.send_response(status)
        if status == 409 and not body:
            self.send_header("Retry-After", "0")
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    monkeypatch.setattr(client_module, "_PAUSE", 0.01)
    Answering.answers.clear()
    Answering.keys.clear()
    Answering.builds.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield ApiClient(f"http://127.0.0.1:{server.server_port}", "cw_secret", {})
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_a_proxy_could_not_pass_on_is_sent_again_under_the_same_key(client: ApiClient) -> None:
    Answering.answers += [(502, b""), (503, b""), (202, b'{"run": "r"}')]
    assert client.post("runs", body={}) == {"run": "r"}
    assert len(set(Answering.keys)) == 1
    assert len(Answering.keys) == 3


def test_a_request_that_is_still_under_way_is_asked_for_until_it_has_an_answer(client: ApiClient) -> None:
    Answering.answers += [(409, b"")] * 6 + [(202, b'{"run": "r"}')]
    assert client.post("runs", body={}) == {"run": "r"}
    assert len(set(Answering.keys)) == 1


def test_it_is_not_asked_for_without_end(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_LONGEST_WAIT", 0.0)
    Answering.answers += [(409, b"")]
    with pytest.raises(DiagnosticError, match="may still be at work") as told:
        client.post("cells", "client", "acme", "rename", body={})
    assert "repeat the same command: it goes on with what is left" in told.value.diagnostics[0].detail
    assert "key" not in told.value.diagnostics[0].detail, "whoever types a command has none to choose"


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (401, b"", "does not take this API token"),
        (302, b"", "answered 302"),
        (404, b"<html>", "answered 404 Not Found; is it a Cellwright server"),
        (409, json.dumps({"diagnostics": [{}]}).encode(), "answered 409"),
        (500, b"", "answered 500"),
    ],
)
def test_a_refusal_is_told_in_its_own_words(client: ApiClient, status: int, body: bytes, told: str) -> None:
    Answering.answers += [(status, body)]
    with pytest.raises(DiagnosticError, match=told) as caught:
        client.get("status")
    assert "cw_secret" not in str(caught.value)


def test_an_answer_that_is_no_document_is_told(client: ApiClient) -> None:
    Answering.answers += [(200, b"<html>")] * 4
    with pytest.raises(DiagnosticError, match="answered with no document"):
        client.get("status")


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_PAUSE", 0.01)
    with pytest.raises(DiagnosticError, match="can't be reached: Connection refused"):
        ApiClient("http://127.0.0.1:1", "cw_secret", {}).get("status")


def test_a_build_shows_its_token_with_what_changes_something_and_asks_for_one_each_time(
    client: ApiClient,
) -> None:
    tokens = iter(["first", "second", ""])
    build = replace(client, build=lambda: next(tokens))
    Answering.answers += [(200, b"{}")] * 4
    build.get("status")
    for _ in range(3):
        build.post("runs", body={})
    assert Answering.builds == [None, "first", "second", None]
    assert "first" not in repr(build)
