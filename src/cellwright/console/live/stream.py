"""A stream of server-sent events to one browser: it ends when its session does, or when nobody reads it."""

import asyncio
from collections.abc import AsyncIterator

from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.types import Message, Send

HEARTBEAT = 15.0
"""Seconds without a change after which a comment is sent: else a proxy might take the stream for dead."""
_SLOWEST = 20.0
"""Seconds that a browser may take for what it was sent; after that it has to come again."""
CHECKED_AGAIN = 3.0
"""Seconds after which it is asked again whether who follows a stream may still see it."""
RETRY = 1_000
"""Milliseconds after which a browser comes again."""

ALIVE = b": alive\n\n"
RELOAD = "reload"
"""Tells a page that so much has changed that it is to be loaded again."""
CLOSED = "closed"
"""Tells a page that its session has ended."""


class LiveResponse(EventSourceResponse):
    """An event stream that gives up on a browser which does not read."""

    def __init__(self, content: AsyncIterator[bytes]) -> None:
        # A proxy that collects answers before it passes them on is told not to.
        super().__init__(content, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def stream_response(self, send: Send) -> None:
        """Send event after event."""

        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(_SLOWEST):
                await send(message)

        try:
            await super().stream_response(send_soon)
        except TimeoutError:
            # The connection is closed: the browser comes again and is told of what it missed.
            return


def event(
    data: str | None, name: str | None = None, number: str | None = None, retry: int | None = None
) -> bytes:
    """Write one event."""
    return format_sse_event(data_str=data, event=name, id=number, retry=retry)
