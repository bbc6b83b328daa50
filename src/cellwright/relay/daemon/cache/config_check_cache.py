"""The cache of configuration checks: provider configurations that were checked and found without fault.

What the answer depends on, for a provider on the list in `eligibility`: its own code (the digest of its
package), the request's bytes, and the environment. All of it enters the key, through a digest keyed with a
secret of this user's, so that neither the name nor the content of an entry reveals anything. The entry itself
holds only how long the real check took. Left out of the key are variables that change from one command to
the next and don't concern the provider, and the *values* of short-lived AWS credentials, which no check of
the configuration reads (docs/relay.md).
"""

import hmac
import secrets
import struct
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.private import make_private_folder
from cellwright.relay.daemon.cache.checksummed_files import ChecksummedFiles

_IGNORED = frozenset(
    (
        b"TF_REATTACH_PROVIDERS", b"TF_DATA_DIR", b"TF_INPUT", b"TF_IN_AUTOMATION", b"TF_WORKSPACE",
        b"PWD", b"OLDPWD", b"SHLVL", b"_", b"LINES", b"COLUMNS", b"TERM",
    )
)  # fmt: skip
_IGNORED_PREFIXES = (b"TF_VAR_", b"TF_CLI_ARGS", b"TF_LOG")
_PRESENCE_ONLY = frozenset(
    (b"AWS_ACCESS_KEY_ID", b"AWS_SECRET_ACCESS_KEY", b"AWS_SESSION_TOKEN", b"AWS_SECURITY_TOKEN")
)
_KEY_BYTES = 32
_SECONDS_KEPT = 30 * 24 * 3600.0
_ENTRIES_KEPT = 20_000
_ENTRY = struct.Struct(">dd")


class ConfigCheckCache:
    """Configuration checks with a clean answer, one small file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "prepared"
        self._files = ChecksummedFiles(self._folder)
        self._key = _load_key(folder / "key")
        self._known: dict[str, float] = {}
        self._prune()

    def key(self, digest: str, method: str, request: bytes, environment: Mapping[bytes, bytes]) -> str:
        """The name of a check: which provider is asked what, in which environment."""
        mac = hmac.new(self._key, digestmod=sha256)
        for part in (digest.encode(), method.encode(), request, *_relevant(environment)):
            mac.update(len(part).to_bytes(8))
            mac.update(part)
        return mac.hexdigest()

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

    def _prune(self) -> None:
        """Delete the oldest entries where there are too many; once, when the relay starts."""
        try:
            entries = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        except OSError:
            return
        for path in entries[: max(0, len(entries) - _ENTRIES_KEPT)]:
            path.unlink(missing_ok=True)


def clean_answer(protocol: int, request: bytes) -> bytes:
    """The answer without findings: the configuration unchanged (protocol 5), or nothing (protocol 6)."""
    return request if protocol == 5 else b""  # noqa: PLR2004 - the protocol's number


def _relevant(environment: Mapping[bytes, bytes]) -> Iterator[bytes]:
    for name, value in sorted(environment.items()):
        if name in _IGNORED or name.startswith(_IGNORED_PREFIXES):
            continue
        yield name
        yield (b"true" if value else b"false") if name in _PRESENCE_ONLY else value


def _load_key(path: Path) -> bytes:
    """The user's secret; a missing or damaged one is replaced, which makes all older entries useless."""
    try:
        key = path.read_bytes()
        if len(key) == _KEY_BYTES and not path.stat().st_mode & 0o077:
            return key
    except OSError:
        pass
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        make_private_folder(path.parent)
        write_file(path, key)
        return path.read_bytes()
    except OSError:
        return key
