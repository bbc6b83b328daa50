"""One look at the fleet for all who follow a topic: they are told that there is news, and ask for it."""

import random
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from cellwright.console.live.rights import AskedAgain
from cellwright.console.live.stream import ALIVE, CHECKED_AGAIN, CLOSED, HEARTBEAT, RETRY, event
from cellwright.console.live.topics import Topic
from cellwright.console.live.watching import Watched, Watches
from cellwright.model.diagnostic import DiagnosticError

SECONDS = 1.0
"""Between two looks."""
_LONGEST = 10.0
SPREAD = 0.05
"""Seconds for each who follows a topic, over which they are told of news: each of them then asks for a page's
part, and a server that is asked by a hundred at once answers nobody soon."""
NEWS = "news"
"""Tells a page that what it shows is not the newest; the event's id is the mark of the newest."""


@dataclass(slots=True, eq=False)
class WatchedTopic(Watched):
    """A topic that somebody follows."""

    look: Callable[[], str]
    """Gives the mark."""
    seconds_between: float = SECONDS
    mark: str = ""
    """Empty until the first look."""

    async def changed(self, mark: str, seconds: float) -> None:
        """Wait until there is another mark, or so much time has passed."""
        if self.mark == mark:
            await self.news(seconds)

    async def look_again(self) -> None:
        """Look once, and wake who waits if there is news; what can't be read now is looked at later."""
        with suppress(DiagnosticError):
            mark = await run_in_threadpool(self.look)
            if mark != self.mark:
                self.mark = mark
                self.tell()

    def seconds(self) -> float:
        """Give the time between two looks, if they are quick."""
        return self.seconds_between


async def follow_topic(
    watching: AbstractAsyncContextManager[WatchedTopic], known: str, still_allowed: Callable[[], bool]
) -> AsyncGenerator[bytes, None]:
    """Yield when there is news, until the browser's session ends; `known` is the mark that it has."""
    async with watching as watched:
        yield event(None, retry=RETRY)
        told, rights = time.monotonic(), AskedAgain(still_allowed, CHECKED_AGAIN)
        while not watched.ended:
            seen = watched.mark  # what comes while something is sent is not waited for
            if watched.mark not in {"", known}:
                await watched.pause(random.random() * (watched.watchers - 1) * SPREAD)  # noqa: S311  no secret
                seen = known = watched.mark
                told = time.monotonic()
                yield event(known, NEWS, known)
                # Not again before everybody else was told.
                await watched.pause((watched.watchers - 1) * SPREAD)
            elif time.monotonic() - told >= HEARTBEAT:
                yield ALIVE
                told = time.monotonic()
            if await rights.refused():
                yield event("", CLOSED)
                return
            await watched.changed(seen, CHECKED_AGAIN / 2)


def topics_of(application: FastAPI) -> Watches[Topic, WatchedTopic]:
    """Give the topics of an application that are followed; made when somebody follows for the first time."""
    state = application.state
    if not hasattr(state, "topics"):
        state.topics = Watches(_LONGEST)
    hub: Watches[Topic, WatchedTopic] = state.topics
    return hub
