"""Whatever happens inside moto, the caller gets a response that is not retried."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from cellwright.sandbox.calls import AwsCall, Protocol
from cellwright.sandbox.emulator import Emulator, rest_operation
from cellwright.sandbox.http_messages import HttpRequest, HttpResponse

CALL = AwsCall("iam", "CreateRole", Protocol.QUERY)
REQUEST = HttpRequest(method="POST", path="/", body=b"Action=CreateRole")

Application = Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]


def answering(status: HTTPStatus, body: bytes) -> Application:
    def application(_environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        start(f"{status.value} {status.phrase}", [("X-From", "moto")])
        return [body]

    return application


def failing(failure: Exception) -> Application:
    def application(_environ: dict[str, Any], _start: Callable[..., object]) -> Iterable[bytes]:
        raise failure

    return application


def told_by(application: Application) -> HttpResponse:
    emulator = Emulator()
    emulator._application = application  # type: ignore[assignment]
    return emulator.answer(REQUEST, CALL)


def code_and_message(answer: HttpResponse) -> tuple[str | None, str]:
    # The document is ours.
    error = ET.fromstring(answer.body).find("Error")  # noqa: S314
    assert error is not None
    return error.findtext("Code"), error.findtext("Message") or ""


def test_an_answer_passes_as_it_is() -> None:
    answer = told_by(answering(HTTPStatus.BAD_REQUEST, b"<Error/>"))

    assert answer == HttpResponse(400, b"<Error/>", (("X-From", "moto"),))


def test_calls_wait_for_each_other() -> None:
    inside, at_once = [0], list[int]()

    def application(_environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        inside[0] += 1
        at_once.append(inside[0])
        time.sleep(0.05)  # time for another call to come in
        inside[0] -= 1
        start("200 OK", [])
        return [b""]

    emulator = Emulator()
    emulator._application = application  # type: ignore[assignment]
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: emulator.answer(REQUEST, CALL).status, range(3)))

    assert (answers, at_once) == ([200] * 3, [1] * 3)


def test_a_call_that_fails_lets_the_next_one_in() -> None:
    emulator = Emulator()
    emulator._application = failing(RuntimeError("dictionary changed size"))  # type: ignore[assignment]
    assert emulator.answer(REQUEST, CALL).status == HTTPStatus.NOT_IMPLEMENTED
    emulator._application = answering(HTTPStatus.OK, b"done")  # type: ignore[assignment]

    assert emulator.answer(REQUEST, CALL).body == b"done"


def test_the_application_reads_the_request_from_its_start() -> None:
    def echo(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ["wsgi.input"].read()]

    assert told_by(echo).body == REQUEST.body


@pytest.mark.parametrize(
    ("application", "code", "word"),
    [
        (failing(NotImplementedError("no roles today")), "NotEmulated", "no roles today"),
        (failing(KeyError("role")), "SandboxCrash", "KeyError"),
        (answering(HTTPStatus.NOT_FOUND, b"<!doctype html><p>Not Found"), "NotEmulated", "no such operation"),
        (answering(HTTPStatus.METHOD_NOT_ALLOWED, b"<!DOCTYPE HTML>"), "NotEmulated", "no such operation"),
    ],
)
def test_what_moto_lacks_or_fails_at_is_refused_in_the_callers_own_protocol(
    application: Application, code: str, word: str
) -> None:
    answer = told_by(application)

    found, message = code_and_message(answer)
    assert (answer.status, found) == (501, code)
    assert "iam CreateRole" in message
    assert word in message


@pytest.mark.parametrize("body", [b"<NoSuchBucket/>", b""])
def test_a_missing_resource_is_no_gap_of_the_emulator(body: bytes) -> None:
    assert told_by(answering(HTTPStatus.NOT_FOUND, body)).status == 404


@pytest.mark.parametrize("status", [HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE])
def test_an_error_that_clients_would_retry_for_minutes_ends_at_once(status: HTTPStatus) -> None:
    assert told_by(answering(status, b"oh")) == HttpResponse(501, b"oh", (("X-From", "moto"),))


def test_a_service_that_moto_does_not_know_is_refused() -> None:
    call = AwsCall("teleport", "POST /", Protocol.REST_JSON)
    environ = {
        "HTTP_AUTHORIZATION": "AWS4 Credential=t/20260101/us-east-1/teleport/aws4_request",
        "PATH_INFO": "/",
    }

    answer = Emulator().answer(HttpRequest(method="POST", path="/", environ=environ), call)

    assert answer.status == 501
    assert b"no such service" in answer.body


def named(service: str, method: str, path: str, query: str = "") -> object:
    environ = {
        "REQUEST_METHOD": method,
        "HTTP_X_AMZ_ACCOUNT_ID": "123456789012",
        "PATH_INFO": path,
        "RAW_URI": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }
    found = rest_operation(service, HttpRequest(method=method, path=path, query=query, environ=environ))
    return found and (found.action, found.protocol)


@pytest.mark.parametrize(
    ("service", "method", "path", "query", "name"),
    [
        ("lambda", "GET", "/2015-03-31/functions/", "", ("ListFunctions", Protocol.REST_JSON)),
        ("route53", "GET", "/2013-04-01/hostedzone/Z1", "", ("GetHostedZone", Protocol.REST_XML)),
        ("s3", "PUT", "/bucket/a/b", "", ("PutObject", Protocol.S3)),
        ("s3", "GET", "/bucket", "acl=", ("GetBucketAcl", Protocol.S3)),
        (
            "s3",
            "GET",
            "/v20180820/configuration/publicAccessBlock",
            "",
            ("GetPublicAccessBlock", Protocol.S3),
        ),
        ("apigateway", "GET", "/v2/apis", "", ("GetApis", Protocol.REST_JSON)),
        (
            "elasticfilesystem",
            "GET",
            "/2015-02-01/file-systems",
            "",
            ("DescribeFileSystems", Protocol.REST_JSON),
        ),
        ("lambda", "GET", "/no/such/thing", "", None),
        ("teleport", "GET", "/", "", None),
    ],
)
def test_rest_calls_are_named_by_the_services_own_model(
    service: str, method: str, path: str, query: str, name: object
) -> None:
    assert named(service, method, path, query) == name
