"""Values that are made once per key, however many threads ask for them."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class OncePerKey(Generic[Key, Value]):
    """Keeps the value of each key; a failure to make one is not kept, so the next caller tries again."""

    def __init__(self, most: int | None = None) -> None:
        self._entries: dict[Key, _Entry[Value]] = {}
        self._most = most
        """So many keys are kept, those that were asked for last; None keeps all."""
        self._guard = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Give the key's value; the first thread that asks makes it while the others wait."""
        with self._guard:
            entry = self._entries.get(key) or _Entry()
            if self._most is not None:
                # Back at the end: the first key is the one that was asked for the longest ago.
                self._entries.pop(key, None)
            self._entries[key] = entry
            if self._most is not None and len(self._entries) > self._most:
                del self._entries[next(iter(self._entries))]
        with entry.making:
            if not entry.made:
                entry.made.append(make())
            return entry.made[0]

    def made(self) -> list[Value]:
        """Give the values that were made so far; waits for none."""
        with self._guard:
            return [item for entry in self._entries.values() for item in entry.made]

    def clear(self) -> None:
        """Forget all values; whoever is making one gets it, but it is not kept."""
        with self._guard:
            self._entries = {}


class _Entry(Generic[Value]):
    """One key's value, once it is made."""

    __slots__ = ("made", "making")

    def __init__(self) -> None:
        self.made: list[Value] = []
        self.making = Lock()
