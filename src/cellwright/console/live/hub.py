"""One look at the ledger for all who watch the same run: watchers wait here for the next change.

A watcher is told of the newest state and never of each step towards it, so one that reads slowly misses
nothing and keeps nothing in memory. Runs that nobody watches are not asked for.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from cellwright.app.overview.runs.run_feed import RunFeed
from cellwright.console.live.topic_hub import topics_of
from cellwright.console.live.watching import Watched, Watches
from cellwright.model.diagnostic import DiagnosticError

SECONDS = 0.5
"""Between two looks at a run that goes on."""
SECONDS_WHEN_OVER = 3.0
"""Between two looks at a run that has ended: somebody may resume it."""
_LONGEST = 5.0
_FRAMES = 64
"""Frames of a run that are kept, so that watchers at the same place share them."""


@dataclass(slots=True, eq=False)
class WatchedRun(Watched):
    """A run that somebody watches."""

    feed: RunFeed
    seconds_between: float = SECONDS
    seconds_when_over: float = SECONDS_WHEN_OVER
    epoch: str = field(default_factory=lambda: secrets.token_hex(4))
    """Tells versions of this feed from those of an earlier one, before the server was restarted."""
    fault: DiagnosticError | None = None
    """Why the ledger could not be read just now."""
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

    async def changed(self, version: int, seconds: float) -> None:
        """Wait until there is a newer version, or so much time has passed."""
        if self.version == version:
            await self.news(seconds)

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

    async def look_again(self) -> None:
        """Ask the ledger once, and wake who waits if anything has changed."""
        async with self._look:
            try:
                changed = await run_in_threadpool(self.feed.advance)
                self.fault = None
            except DiagnosticError as fault:
                self.fault, changed = fault, False
        if changed:
            self.tell()

    def seconds(self) -> float:
        """Give the time between two looks, if they are quick."""
        return self.seconds_when_over if self.feed.over else self.seconds_between


def hub_of(application: FastAPI) -> Watches[str, WatchedRun]:
    """Give the runs of an application that are watched; made when somebody watches for the first time."""
    state = application.state
    if not hasattr(state, "live"):
        state.live = Watches(_LONGEST)
    hub: Watches[str, WatchedRun] = state.live
    return hub


def end_streams(application: FastAPI) -> None:
    """End every stream of an application."""
    hub_of(application).end()
    topics_of(application).end()
