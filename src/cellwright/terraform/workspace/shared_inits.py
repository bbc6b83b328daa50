"""Remembers what `init` has left for a stack, so that it runs once for a stack and not once for each unit."""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.cache_file import cache_stamp, read_cache, write_cache
from cellwright.terraform.workspace.init_result import InitResult, from_record

_SECONDS = 600.0
"""How long a result is used whose versions were chosen by `init` alone: a later one may choose newer ones."""
_MOST_FILES = 500


@dataclass(slots=True)
class SharedInits:
    """Results of `init` by a key of all that decides about them; for several threads and processes."""

    folder: Path
    _recent: dict[str, tuple[float, InitResult]] = field(init=False, default_factory=dict)
    _own: set[str] = field(init=False, default_factory=set)
    """Keys whose units have each to run their own."""
    _turns: dict[str, threading.Lock] = field(init=False, default_factory=dict)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)

    @contextmanager
    def result(self, key: str) -> Iterator[InitResult | None]:
        """Give the result for a key. None: it is to be made, and while the block runs by nobody else here."""
        with ExitStack() as turn:
            found = self._find(key)
            if found is None and key not in self._own:
                with self._guard:
                    lock = self._turns.setdefault(key, threading.Lock())
                turn.enter_context(lock)
                found = self._find(key)
                if found is not None or key in self._own:
                    turn.close()
            yield found

    def keep(self, key: str, result: InitResult, *, pinned: bool) -> None:
        """Remember a result: also for later commands if the stack pins the versions of all that it uses."""
        self._recent[key] = (time.monotonic(), result)
        if pinned and write_cache(self._path(key), cache_stamp(key), result.record()):
            self._prune()

    def refuse(self, key: str) -> None:
        """Have each unit with this key run its own `init`."""
        self._own.add(key)

    def _find(self, key: str) -> InitResult | None:
        made, result = self._recent.get(key, (0.0, None))
        if result is not None and time.monotonic() - made < _SECONDS:
            return result
        found = from_record(read_cache(self._path(key), cache_stamp(key)))
        if found is not None:
            self._recent[key] = (time.monotonic(), found)
        return found

    def _path(self, key: str) -> Path:
        return self.folder / hashlib.sha256(key.encode()).hexdigest()

    def _prune(self) -> None:
        """Remove the oldest files where there are very many."""
        try:
            files = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime)
            for path in files[:-_MOST_FILES]:
                path.unlink(missing_ok=True)
        except OSError:
            return
