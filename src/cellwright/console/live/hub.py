"""One look at the ledger for all who watch the same run: watchers wait here for the next change.

A watcher is told of the newest state and never of each step towards it, so one that reads slowly misses
nothing and keeps nothing in memory. Runs that nobody watches are not asked for.
"""

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from cellwright.app.overview.runs.run_feed import RunFeed
from cellwright.console.live.topic_hub import topics_of
from cellwright.model.diagnostic import DiagnosticError

_LOG = logging.getLogger(__name__)
SECONDS = 0.5
"""Between two looks at a run that goes on."""
SECONDS_WHEN_OVER = 3.0
"""Between two looks at a run that has ended: somebody may resume it."""
_RATIO = 9
"""So many times as long as a look takes, nobody looks: they take a tenth of one core at most."""
_LONGEST = 5.0
_FRAMES = 64
"""Frames of a run that are kept, so that watchers at the same place share them."""


@dataclass(slots=True, eq=False)
class WatchedRun:
    """A run that somebody watches. Belongs to one event loop."""

    feed: RunFeed
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tells versions of this feed from those of an earlier one, before the server was restarted."""
    watchers: int = 0
    fault: DiagnosticError | None = None
    """Why the ledger could not be read just now."""
    ended: bool = False
    """Whether the server stops: streams end now, and browsers come again."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _look: asyncio.Lock = field(default_factory=asyncio.Lock)
    _frames: OrderedDict[tuple[str, str, int], str] = field(default_factory=OrderedDict)

    @property
    def version(self) -> int:
        """Give the newest version."""
        return self.feed.version

    def id(self, version: int) -> str:
        """Name a version for a browser, which gives the name back when it comes again."""
        return f"{self.epoch}-{version}"

    def since(self, known: str) -> int:
        """Read such a name; 0 for one that is not of this feed."""
        epoch, _, version = known.partition("-")
        mine = epoch == self.epoch and version.isascii() and version.isdigit()
        return min(int(version), self.version) if mine else 0

    async def changed(self, version: int, seconds: float) -> bool:
        """Wait until there is a newer version; False if so much time has passed."""
        if self.version == version and not self.ended:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)
        return self.version != version

    def end(self) -> None:
        """Let everybody who watches go."""
        self.ended = True
        self._changed.set()

    async def frame(self, audience: str, since: str, render: Callable[[RunFeed], str]) -> tuple[int, str]:
        """Give the newest version, and what a page shows of it: rendered once for all of the same audience.

        `since` says from where on they want to be told, as part of what makes an audience.
        """
        async with self._look:
            version, key = self.version, (audience, since, self.version)
            found = self._frames.get(key)
            if found is None:
                found = self._frames[key] = await run_in_threadpool(render, self.feed)
                if len(self._frames) > _FRAMES:
                    self._frames.popitem(last=False)
            return version, found

    async def look(self) -> None:
        """Ask the ledger once, and wake who waits if anything has changed."""
        async with self._look:
            try:
                changed = await run_in_threadpool(self.feed.advance)
                self.fault = None
            except DiagnosticError as fault:
                self.fault, changed = fault, False
        if changed:
            self._changed.set()
            self._changed = asyncio.Event()


@dataclass(slots=True)
class LiveHub:
    """The runs that are watched now."""

    seconds: float = SECONDS
    seconds_when_over: float = SECONDS_WHEN_OVER
    _runs: dict[str, tuple[WatchedRun, asyncio.Task[None]]] = field(default_factory=dict)

    @property
    def watched(self) -> tuple[str, ...]:
        """Give the runs that somebody watches."""
        return tuple(self._runs)

    @asynccontextmanager
    async def watching(self, run: str, feed: Callable[[], RunFeed]) -> AsyncIterator[WatchedRun]:
        """Watch a run while the context lasts; the first watcher has it asked for, the last one ends that."""
        if run not in self._runs:
            made = WatchedRun(feed())
            self._runs[run] = (made, asyncio.create_task(self._ask(made)))
        watched, task = self._runs[run]
        watched.watchers += 1
        try:
            yield watched
        finally:
            watched.watchers -= 1
            if not watched.watchers:
                self._runs.pop(run, None)
                task.cancel()

    def end(self) -> None:
        """End every stream: a server that stops waits for what it still answers."""
        for watched, _ in self._runs.values():
            watched.end()

    async def _ask(self, watched: WatchedRun) -> None:
        while True:
            begun = time.monotonic()
            try:
                await watched.look()
            except Exception:  # noqa: BLE001  else all who watch would hear nothing more
                _LOG.exception("looking at run %s", watched.feed.run)
            took = time.monotonic() - begun
            seconds = self.seconds_when_over if watched.feed.over else self.seconds
            # A large run takes longer to look at: then it is looked at less often.
            await asyncio.sleep(min(max(seconds, took * _RATIO), _LONGEST))


def hub_of(application: FastAPI) -> LiveHub:
    """Give an application's hub; made when somebody watches for the first time."""
    state = application.state
    if not hasattr(state, "live"):
        state.live = LiveHub()
    hub: LiveHub = state.live
    return hub


def end_streams(application: FastAPI) -> None:
    """End every stream of an application."""
    hub_of(application).end()
    topics_of(application).end()
