"""Bounds what a request may send: so many bytes, in so much time."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 8 * 1024 * 1024
"""Bytes: more than the longest form, and than a cell's files; a hundred of them still fit into memory."""
SLOWEST = 60.0
"""Seconds in which a body has to be there: whoever sends a byte a minute keeps others out."""


class BodyLimits:
    """Refuses a body that is too large (413) or does not come (408), wherever it is read."""

    def __init__(self, app: ASGIApp, *, largest: int = LARGEST, slowest: float = SLOWEST) -> None:
        self._app = app
        self._largest = largest
        self._slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, self._bounded(scope, receive), send)

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        announced = Headers(scope=scope).get("content-length", "")
        size, complete, last = 0, False, asyncio.get_running_loop().time() + self._slowest

        async def bounded() -> Message:
            nonlocal size, complete
            if complete:  # who waits now waits for the end of the connection
                return await receive()
            if announced.isdecimal() and int(announced) > self._largest:
                raise _too_large(self._largest)
            message = await _until(last, receive())
            size += len(message.get("body", b""))
            if size > self._largest:
                raise _too_large(self._largest)
            complete = not message.get("more_body", False)
            return message

        return bounded


async def _until(last: float, message: Awaitable[Message]) -> Message:
    try:
        async with asyncio.timeout_at(last):
            return await message
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, "The request did not come to its end") from None


def _too_large(largest: int) -> HTTPException:
    told = f"A request has at most {largest // 1024 // 1024} MiB"
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told)
