"""When each person has changed something last, so that what they are shown next is not older."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cellwright.access.visitor import Visitor

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LONG_AGO = float("-inf")
_KEPT = 1_000
"""People that are remembered, those who have changed something last."""


@dataclass(slots=True)
class OwnChanges:
    """Moments of the monotonic clock, by person; for all threads."""

    _last: OrderedDict[str, float] = field(init=False, default_factory=OrderedDict)
    _guard: Lock = field(init=False, default_factory=Lock)

    def note(self, person: str) -> None:
        """Note that somebody has just changed something."""
        with self._guard:
            self._last[person] = time.monotonic()
            self._last.move_to_end(person)
            if len(self._last) > _KEPT:
                self._last.popitem(last=False)

    def last(self, person: str) -> float:
        """Give when somebody has changed something last; long ago if that is not known."""
        return self._last.get(person, _LONG_AGO)


class NoteChanges:
    """Notes each request that may have changed something, before its answer is sent."""

    def __init__(self, app: ASGIApp, *, changes: OwnChanges) -> None:
        self._app = app
        self._changes = changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in _READING:
            await self._app(scope, receive, send)
            return

        async def noting(message: Message) -> None:
            visitor = scope.get("state", {}).get("visitor")
            if message["type"] == "http.response.start" and isinstance(visitor, Visitor):
                self._changes.note(visitor.id)
            await send(message)

        await self._app(scope, receive, noting)
