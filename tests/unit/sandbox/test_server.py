"""The HTTP server before the gateway."""

import http.client
import json
import threading
from collections.abc import Iterator

import pytest

from cellwright.sandbox.gateway import Gateway
from cellwright.sandbox.http_messages import HttpRequest, HttpResponse
from cellwright.sandbox.server import SandboxServer
from patience import PATIENCE


class EchoGateway(Gateway):
    """Records its requests."""

    def __init__(self) -> None:
        super().__init__(lambda *_: HttpResponse(200), lambda *_: None, lambda: None)

    def answer(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/gone":
            return HttpResponse(204, b"never sent", (("Content-Length", "10"),))
        if request.path == "/size":
            return HttpResponse(200, b"", (("Content-Length", "12345"),))
        told = {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "body": request.body.decode(),
        }
        told["host"] = request.headers.get("host", "")
        told["kind"] = request.headers.get("content-type", "")
        return HttpResponse(200, json.dumps(told).encode(), (("Content-Length", "1"), ("X-Own", "yes")))


@pytest.fixture(name="connection")
def connection_fixture() -> Iterator[http.client.HTTPConnection]:
    server = SandboxServer(EchoGateway(), 0)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    yield connection
    connection.close()
    server.stop()
    thread.join()


def test_one_connection_serves_many_requests(connection: http.client.HTTPConnection) -> None:
    connection.connect()
    socket = connection.sock
    for number in range(3):
        connection.request("POST", f"/p{number}?q=1", body=b"x" * number)
        told = json.loads(connection.getresponse().read())
        assert (told["path"], told["query"], told["body"]) == (f"/p{number}", "q=1", "x" * number)
        assert connection.sock is socket


def test_a_body_in_chunks_arrives_whole(connection: http.client.HTTPConnection) -> None:
    connection.request("PUT", "/chunks", body=iter([b"one ", b"two"]), encode_chunked=True)
    assert json.loads(connection.getresponse().read())["body"] == "one two"

    connection.request("GET", "/next")
    assert json.loads(connection.getresponse().read())["path"] == "/next"


def test_a_client_that_expects_100_continue_gets_it(connection: http.client.HTTPConnection) -> None:
    connection.putrequest("PUT", "/big")
    connection.putheader("Content-Length", "3")
    connection.putheader("Expect", "100-continue")
    connection.endheaders()
    assert connection.sock.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"

    connection.send(b"abc")
    assert json.loads(connection.getresponse().read())["body"] == "abc"


def test_the_length_is_that_of_the_body_whatever_was_said(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/")
    response = connection.getresponse()
    body = response.read()

    assert response.headers.get_all("Content-Length") == [str(len(body))]
    assert response.headers["X-Own"] == "yes"


def test_a_head_request_gets_the_length_without_the_body(connection: http.client.HTTPConnection) -> None:
    connection.request("HEAD", "/size")
    response = connection.getresponse()
    assert (response.read(), response.headers["Content-Length"]) == (b"", "12345")

    connection.request("GET", "/next")
    assert json.loads(connection.getresponse().read())["path"] == "/next"


def test_an_answer_without_content_has_no_body(connection: http.client.HTTPConnection) -> None:
    connection.request("DELETE", "/gone")
    response = connection.getresponse()
    assert (response.status, response.read(), response.headers["Content-Length"]) == (204, b"", None)


def test_a_request_as_to_a_proxy_names_its_host(connection: http.client.HTTPConnection) -> None:
    connection.request(
        "GET", "http://123456789012.127.0.0.1:80/v20180820/x", headers={"Content-Type": "text/xml"}
    )
    told = json.loads(connection.getresponse().read())

    assert (told["host"], told["path"], told["kind"]) == (
        "123456789012.127.0.0.1:80",
        "/v20180820/x",
        "text/xml",
    )
