"""The cache of configuration checks: provider configurations that were checked and found without fault.

What the answer depends on, for a provider on the list in `eligibility`: its own code (the digest of its
package), the request's bytes, and the environment. All of it enters the entry's name (`environment_key`),
so neither the name nor the content of an entry reveals anything. The entry itself holds only how long the
real check took. Left out are the *values* of short-lived AWS credentials, which no check of the configuration
reads (docs/relay.md).
"""

import struct
import time
from collections.abc import Mapping
from pathlib import Path

from cellwright.relay.daemon.cache.checksummed_files import ChecksummedFiles
from cellwright.relay.daemon.cache.environment_key import EnvironmentKeys

_PRESENCE_ONLY = frozenset(
    (b"AWS_ACCESS_KEY_ID", b"AWS_SECRET_ACCESS_KEY", b"AWS_SESSION_TOKEN", b"AWS_SECURITY_TOKEN")
)
_SECONDS_KEPT = 30 * 24 * 3600.0
_ENTRIES_KEPT = 20_000
_ENTRY = struct.Struct(">dd")


class ConfigCheckCache:
    """Configuration checks with a clean answer, one small file each."""

    def __init__(self, folder: Path, keys: EnvironmentKeys) -> None:
        self._files = ChecksummedFiles(folder / "prepared")
        self._files.prune(_ENTRIES_KEPT)
        self._keys = keys
        self._known: dict[str, float] = {}

    def key(self, digest: str, method: str, request: bytes, environment: Mapping[bytes, bytes]) -> str:
        """The name of a check: which provider is asked what, in which environment."""
        return self._keys.key((digest.encode(), method.encode(), request), environment, _PRESENCE_ONLY)

    def seconds(self, key: str) -> float | None:
        """How long the check with a clean answer took; None if there was none, or too long ago."""
        if key in self._known:
            return self._known[key]
        content = self._files.read(key)
        if content is None or len(content) != _ENTRY.size:
            return None
        seconds, when = _ENTRY.unpack(content)
        if not 0 <= time.time() - when <= _SECONDS_KEPT:
            return None
        self._known[key] = seconds
        return float(seconds)

    def add(self, key: str, seconds: float) -> None:
        """Record that the check `key` had a clean answer after `seconds`."""
        self._known[key] = seconds
        self._files.write(key, _ENTRY.pack(seconds, time.time()))


def clean_answer(protocol: int, request: bytes) -> bytes:
    """The answer without findings: the configuration unchanged (protocol 5), or nothing (protocol 6)."""
    return request if protocol == 5 else b""  # noqa: PLR2004 - the protocol's number
