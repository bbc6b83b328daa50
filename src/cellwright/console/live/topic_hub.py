"""One look at the fleet for all who follow a topic: they are told that there is news, and ask for it."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from cellwright.console.live.stream import ALIVE, CHECKED_AGAIN, CLOSED, HEARTBEAT, RETRY, event
from cellwright.console.live.topics import Topic
from cellwright.model.diagnostic import DiagnosticError

_LOG = logging.getLogger(__name__)
SECONDS = 1.0
"""Between two looks."""
_RATIO = 9
"""So many times as long as a look takes, nobody looks."""
_LONGEST = 10.0
SPREAD = 0.05
"""Seconds for each who follows a topic, over which they are told of news: each of them then asks for a page's
part, and a server that is asked by a hundred at once answers nobody soon."""
NEWS = "news"
"""Tells a page that what it shows is not the newest; the event's id is the mark of the newest."""


@dataclass(slots=True, eq=False)
class WatchedTopic:
    """A topic that somebody follows. Belongs to one event loop."""

    look: Callable[[], str]
    """Gives the mark."""
    mark: str = ""
    """Empty until the first look."""
    watchers: int = 0
    ended: bool = False
    """Whether the server stops: streams end now, and browsers come again."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, seconds: float) -> None:
        """Wait so long, but not beyond the end of the server."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    async def changed(self, mark: str, seconds: float) -> None:
        """Wait until there is another mark, or so much time has passed."""
        if self.mark == mark and not self.ended:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)

    def end(self) -> None:
        """Let everybody who follows go."""
        self.ended = True
        self._changed.set()
        self._over.set()

    async def look_again(self) -> None:
        """Look once, and wake who waits if there is news; what can't be read now is looked at later."""
        with suppress(DiagnosticError):
            mark = await run_in_threadpool(self.look)
            if mark != self.mark:
                self.mark = mark
                self._changed.set()
                self._changed = asyncio.Event()


@dataclass(slots=True)
class TopicHub:
    """The topics that somebody follows now; the others are not looked at."""

    seconds: float = SECONDS
    _topics: dict[Topic, tuple[WatchedTopic, asyncio.Task[None]]] = field(default_factory=dict)

    @property
    def watched(self) -> tuple[Topic, ...]:
        """Give the topics that somebody follows."""
        return tuple(self._topics)

    @asynccontextmanager
    async def watching(self, topic: Topic, look: Callable[[], str]) -> AsyncIterator[WatchedTopic]:
        """Follow a topic while the context lasts; the first one has it looked at, the last one ends that."""
        if topic not in self._topics:
            made = WatchedTopic(look)
            self._topics[topic] = (made, asyncio.create_task(self._look(made)))
        watched, task = self._topics[topic]
        watched.watchers += 1
        try:
            yield watched
        finally:
            watched.watchers -= 1
            if not watched.watchers:
                self._topics.pop(topic, None)
                task.cancel()

    def end(self) -> None:
        """End every stream: a server that stops waits for what it still answers."""
        for watched, _ in self._topics.values():
            watched.end()

    async def _look(self, watched: WatchedTopic) -> None:
        while True:
            begun = time.monotonic()
            try:
                await watched.look_again()
            except Exception:  # noqa: BLE001  else all who follow would hear nothing more
                _LOG.exception("looking for news")
            took = time.monotonic() - begun
            # A large fleet takes longer to look at: then it is looked at less often.
            await asyncio.sleep(min(max(self.seconds, took * _RATIO), _LONGEST))


async def follow_topic(
    watching: AbstractAsyncContextManager[WatchedTopic], known: str, still_allowed: Callable[[], bool]
) -> AsyncGenerator[bytes, None]:
    """Yield when there is news, until the browser's session ends; `known` is the mark that it has."""
    async with watching as watched:
        yield event(None, retry=RETRY)
        told = checked = time.monotonic()
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
            if time.monotonic() - checked >= CHECKED_AGAIN:
                if not await run_in_threadpool(still_allowed):
                    yield event("", CLOSED)
                    return
                checked = time.monotonic()
            await watched.changed(seen, CHECKED_AGAIN / 2)


def topics_of(application: FastAPI) -> TopicHub:
    """Give an application's hub; made when somebody follows for the first time."""
    state = application.state
    if not hasattr(state, "topics"):
        state.topics = TopicHub()
    hub: TopicHub = state.topics
    return hub
