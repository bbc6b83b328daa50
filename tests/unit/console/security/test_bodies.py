"""A body that is too large, or that does not come."""

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from cellwright.console.security.bodies import LARGEST, BodyLimits
from unit.console.kit import browser, make_services


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/runs", "/onboard"])
def test_a_body_that_is_too_large_is_refused_with_a_page(tmp_path: Path, path: str) -> None:
    client = browser(make_services(tmp_path))
    kind = "application/json" if "api" in path else "application/x-www-form-urlencoded"
    answer = client.post(
        path, content=b"x", headers={"content-length": str(LARGEST + 1), "content-type": kind}
    )
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "at most 8 MiB" in answer.text
    assert "content-security-policy" in answer.headers


async def read(scope: Scope, receive: Receive, send: Send) -> None:
    await Request(scope, receive, send).body()


def serve(parts: Iterable[bytes | None], *, largest: int = 10, slowest: float = 60) -> None:
    """Have an application read a body that comes in these parts; None comes never."""
    waiting = iter(parts)

    async def receive() -> Message:
        part = next(waiting, b"")
        if part is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": part, "more_body": part != b""}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    async def whole() -> None:
        limits = BodyLimits(read, largest=largest, slowest=slowest)
        await limits({"type": "http", "headers": []}, receive, send)

    asyncio.run(whole())


def test_parts_are_counted_whatever_was_announced() -> None:
    serve([b"12345", b"12345"])
    with pytest.raises(HTTPException) as caught:
        serve([b"12345", b"123456"])
    assert caught.value.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_whoever_sends_slowly_is_not_waited_for() -> None:
    with pytest.raises(HTTPException) as caught:
        serve([b"1", None], slowest=0.01)
    assert caught.value.status_code == HTTPStatus.REQUEST_TIMEOUT
