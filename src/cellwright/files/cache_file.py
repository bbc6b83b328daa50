"""Cache files: one that is missing, damaged, or of another version reads as None.

The payload is `marshal`'s, which runs nothing when it is read. A digest of it stands before it, so what a
crash or a disk has damaged is never unpacked.
"""

import hashlib
import marshal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from cellwright import __version__
from cellwright.files.atomic import replacing
from cellwright.files.private import make_private_folder

_MAGIC = b"cellwright kept\n"
_DIGEST = 32
_MARSHAL = 4
_READER = f"{__version__} {sys.implementation.cache_tag} {marshal.version}"


def cache_stamp(*parts: str | bytes) -> bytes:
    """Digest what a cache file depends on; the versions of Cellwright and Python are always part of it."""
    digest = hashlib.blake2b(_READER.encode(), digest_size=_DIGEST)
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8))
        digest.update(content)
    return digest.digest()


def read_cache(path: Path, stamp: bytes) -> object | None:
    """Give what was written to `path` with this stamp; None if there is no such file, or it is damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + 2 * _DIGEST
    if len(content) < start or content[: len(_MAGIC) + _DIGEST] != _MAGIC + stamp:
        return None
    payload = memoryview(content)[start:]
    if hashlib.blake2b(payload, digest_size=_DIGEST).digest() != content[start - _DIGEST : start]:
        return None
    try:
        found: object = marshal.loads(payload)  # noqa: S302  its digest says that we wrote it
    except (EOFError, ValueError, TypeError):
        return None
    return found


def write_cache(path: Path, stamp: bytes, value: Any) -> bool:  # noqa: ANN401  what marshal can write
    """Write `value` (of built-in types only) to `path`; false if that failed, which costs time only."""
    payload = marshal.dumps(value, _MARSHAL)
    check = hashlib.blake2b(payload, digest_size=_DIGEST).digest()
    with suppress(OSError):
        make_private_folder(path.parent)
        with replacing(path) as file:
            file.writelines((_MAGIC, stamp, check, payload))
        return True
    return False
