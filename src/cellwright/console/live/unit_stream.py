"""The events of one unit of a run for one browser: what it does, and the lines that are added to its log."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from cellwright.app.history.logs import UnitLog
from cellwright.app.overview.runs.live_unit import LiveUnit
from cellwright.app.overview.runs.log_tail import LogPart, LogPlace, added_to, find_log
from cellwright.app.session.session import FleetSession
from cellwright.console.live.hub import WatchedRun
from cellwright.console.live.rights import AskedAgain
from cellwright.console.live.stream import ALIVE, CHECKED_AGAIN, CLOSED, HEARTBEAT, RELOAD, RETRY, event
from cellwright.console.rendering import Pages
from cellwright.console.runs.words import PHASES
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError

_SECONDS = 0.7
"""Between two looks at a log."""


_STORED_SECONDS = 5.0
"""Between two looks at a log in the artifact store, where others add to it a part at a time."""


@dataclass(slots=True)
class FollowedLog:
    """A unit's log, and how far one browser has read it."""

    session: FleetSession
    run: str
    unit: UnitAddress
    pages: Pages
    place: LogPlace = field(default_factory=LogPlace)
    _log: UnitLog | None = field(init=False, default=None)
    _looked: float = field(init=False, default=float("-inf"))
    _told: LiveUnit | None = field(init=False, default=None)

    def start(self, known: str) -> None:
        """Go on where a browser has come to: `OFFSET-LINE`; anything else is the beginning."""
        offset, _, line = known.partition("-")
        if all(part.isascii() and part.isdigit() for part in (offset, line)):
            self.place = LogPlace(int(offset), int(line))

    def news(self, doing: LiveUnit | None) -> str:
        """Render what was added since, and what the unit does if that is something else now."""
        part = self._added()
        told, self._told = self._told, doing
        if (part is None or not part.lines) and told == doing:
            return ""
        if part is not None:
            self.place = part.end
        return self.pages.part("parts/unit_frame.html", log=part, doing=doing, phases=PHASES)

    def _added(self) -> LogPart | None:
        now = time.monotonic()
        here = self._log is not None and isinstance(self._log.path, Path)
        if not here and now - self._looked < (_SECONDS if self._log is None else _STORED_SECONDS):
            return None
        self._looked = now
        with suppress(DiagnosticError):
            if not here:
                self._log = find_log(self.session, self.run, self.unit)
            return added_to(self._log, self.place) if self._log is not None else None
        return None

    @property
    def id(self) -> str:
        """Name the place for a browser."""
        return f"{self.place.offset}-{self.place.line}"


async def follow_unit(
    watching: AbstractAsyncContextManager[WatchedRun],
    log: FollowedLog,
    *,
    known: str,
    still_allowed: Callable[[], bool],
) -> AsyncGenerator[bytes, None]:
    """Yield what a unit does and the lines of its log, until it is over or the browser's session ends."""
    log.start(known)
    async with watching as watched:
        yield event(None, retry=RETRY)
        await watched.changed(0, HEARTBEAT)
        begun = watched.feed.places.get(log.unit)
        told, rights = time.monotonic(), AskedAgain(still_allowed, CHECKED_AGAIN)
        while not watched.ended:
            news = await run_in_threadpool(log.news, watched.feed.live.get(log.unit))
            if news:
                yield event(news, number=log.id)
                told = time.monotonic()
            elif watched.feed.places.get(log.unit) != begun:
                # Where it is has changed: its plan and what was said of it have, too.
                yield event("", RELOAD)
                return
            elif time.monotonic() - told >= HEARTBEAT:
                yield ALIVE
                told = time.monotonic()
            if await rights.refused():
                yield event("", CLOSED)
                return
            await watched.changed(watched.version, _SECONDS)
