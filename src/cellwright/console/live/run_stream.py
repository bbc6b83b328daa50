"""The events of a run for one browser."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from cellwright.app.overview.runs.run_feed import RunFeed
from cellwright.console.live.hub import WatchedRun
from cellwright.console.live.rights import AskedAgain
from cellwright.console.live.run_frames import RunFrames
from cellwright.console.live.stream import ALIVE, CHECKED_AGAIN, CLOSED, HEARTBEAT, RELOAD, RETRY, event


async def follow_run(
    watching: AbstractAsyncContextManager[WatchedRun],
    frames: RunFrames,
    *,
    audience: str,
    known: str,
    still_allowed: Callable[[], bool],
) -> AsyncGenerator[bytes, None]:
    """Yield what changes, until the browser's session ends.

    `known` is what the page knows already: the name of a version, or the number of the newest stored event
    when the page was made.
    """
    async with watching as watched:
        yield event(None, retry=RETRY)
        await watched.changed(0, HEARTBEAT)
        version, seen = watched.since(known), _event(known)
        told, rights = time.monotonic(), AskedAgain(still_allowed, CHECKED_AGAIN)
        while not watched.ended:
            if watched.version != version:
                since = f"{version} {seen}" if version == 0 else str(version)
                render = partial(_render, frames, version, seen)
                version, frame = await watched.frame(audience, since, render)
                yield event(frame, number=watched.id(version)) if frame else event("", RELOAD)
                told = time.monotonic()
            elif time.monotonic() - told >= HEARTBEAT:
                yield ALIVE
                told = time.monotonic()
            if await rights.refused():
                yield event("", CLOSED)
                return
            await watched.changed(version, CHECKED_AGAIN / 2)


def _render(frames: RunFrames, version: int, seen: int | None, feed: RunFeed) -> str:
    return frames.render(feed, version, seen)


def _event(known: str) -> int | None:
    """Read the number of a stored event, as a page names it; None for anything else."""
    number = known.removeprefix("event-")
    return int(number) if known.startswith("event-") and number.isascii() and number.isdigit() else None
