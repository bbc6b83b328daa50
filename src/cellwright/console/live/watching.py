"""Whatever many browsers watch is looked at once for all of them, and only while somebody watches it."""

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_LOG = logging.getLogger(__name__)
_RATIO = 9
"""So many times as long as a look takes, nobody looks: looks take a tenth of one core at most."""


@dataclass(slots=True, eq=False)
class Watched(ABC):
    """Something that somebody watches. Belongs to one event loop."""

    watchers: int = field(init=False, default=0)
    ended: bool = field(init=False, default=False)
    """Whether the server stops: streams end now, and browsers come again."""
    _news: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _over: asyncio.Event = field(init=False, default_factory=asyncio.Event)

    @abstractmethod
    async def look_again(self) -> None:
        """Look once, and `tell` if there is news."""

    @abstractmethod
    def seconds(self) -> float:
        """Give the time between two looks, if they are quick."""

    def tell(self) -> None:
        """Wake who waits for news."""
        self._news.set()
        self._news = asyncio.Event()

    async def news(self, seconds: float) -> None:
        """Wait until there is news, or so much time has passed."""
        if not self.ended:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)

    async def pause(self, seconds: float) -> None:
        """Wait so long, but not beyond the end of the server."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    def end(self) -> None:
        """Let everybody who watches go."""
        self.ended = True
        self._news.set()
        self._over.set()


Key = TypeVar("Key")
Item = TypeVar("Item", bound=Watched)


@dataclass(slots=True)
class Watches(Generic[Key, Item]):
    """What is watched now; nothing else is looked at."""

    longest: float
    """Seconds between two looks, however long one takes."""
    _items: dict[Key, tuple[Item, asyncio.Task[None]]] = field(init=False, default_factory=dict)

    @property
    def watched(self) -> tuple[Key, ...]:
        """Give what somebody watches."""
        return tuple(self._items)

    @asynccontextmanager
    async def watching(self, key: Key, make: Callable[[], Item]) -> AsyncIterator[Item]:
        """Watch while the context lasts; the first one has it looked at, the last one ends that."""
        if key not in self._items:
            made = make()
            self._items[key] = (made, asyncio.create_task(self._look(key, made)))
        watched, task = self._items[key]
        watched.watchers += 1
        try:
            yield watched
        finally:
            watched.watchers -= 1
            if not watched.watchers:
                self._items.pop(key, None)
                task.cancel()

    def end(self) -> None:
        """End every stream: a server that stops waits for what it still answers."""
        for watched, _ in self._items.values():
            watched.end()

    async def _look(self, key: Key, watched: Item) -> None:
        while True:
            begun = time.monotonic()
            try:
                await watched.look_again()
            except Exception:  # noqa: BLE001  else all who watch would hear nothing more
                _LOG.exception("looking at %s", key)
            took = time.monotonic() - begun
            # What is large takes longer to look at: then it is looked at less often.
            await asyncio.sleep(min(max(watched.seconds(), took * _RATIO), self.longest))
