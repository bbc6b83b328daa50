"""Which answer a package gave in which environment, a small file for each pair.

Environments hold secrets, so a pair is named by a digest that is keyed with a secret of this user's.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.relay.daemon.cache.checksummed_files import ChecksummedFiles
from cellwright.relay.daemon.cache.environment_key import EnvironmentKeys

_SECONDS_KEPT = 30 * 24 * 3600.0
_ENTRIES_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class RememberedAnswer:
    """An answer by its digest, and how many processes have given it."""

    digest: str
    starts: int


class EnvironmentAnswers:
    """Answers by package and environment."""

    def __init__(self, folder: Path, keys: EnvironmentKeys) -> None:
        self._files = ChecksummedFiles(folder / "answers")
        self._files.prune(_ENTRIES_KEPT)
        self._keys = keys
        self._known: dict[str, tuple[RememberedAnswer, float]] = {}

    def read(self, package: str, environment: Mapping[bytes, bytes]) -> RememberedAnswer | None:
        """What a package answered in an environment; None if it was not asked, or too long ago."""
        key = self._key(package, environment)
        answer, when = self._known.get(key) or self._load(key) or (None, 0.0)
        return answer if 0 <= time.time() - when <= _SECONDS_KEPT else None

    def write(self, package: str, environment: Mapping[bytes, bytes], digest: str, starts: int) -> None:
        """Record what a package answered in an environment."""
        key, now = self._key(package, environment), time.time()
        self._known[key] = RememberedAnswer(digest, starts), now
        self._files.write(key, json.dumps({"digest": digest, "starts": starts, "when": now}).encode())

    def _key(self, package: str, environment: Mapping[bytes, bytes]) -> str:
        return self._keys.key((package.encode(), b"schemas"), environment)

    def _load(self, key: str) -> tuple[RememberedAnswer, float] | None:
        try:
            found = json.loads(self._files.read(key) or b"")
            answer = RememberedAnswer(str(found["digest"]), int(found["starts"]))
            self._known[key] = answer, float(found["when"])
        except (ValueError, KeyError, TypeError):
            return None
        return self._known[key]
