"""A browser that does not read is dropped; it comes again."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message

from cellwright.console.live import stream
from cellwright.console.live.stream import LiveResponse, event


async def endless() -> AsyncGenerator[bytes, None]:
    while True:
        yield event("x")
        await asyncio.sleep(0)


def test_a_browser_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_SLOWEST", 0.01)

    async def never(_message: Message) -> None:
        await asyncio.Event().wait()

    async def nothing() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
    asyncio.run(asyncio.wait_for(LiveResponse(endless())(scope, nothing, never), 5))


def test_an_event_keeps_its_lines() -> None:
    assert event("a\nb", number="1-2") == b"data: a\ndata: b\nid: 1-2\n\n"
    assert event(None, retry=1000) == b"retry: 1000\n\n"
