"""A file that may vanish, be damaged or be of another version at any time: then it is as if it weren't there.

The payload is `marshal`'s, which runs nothing when it is read; a digest of it stands before it, so what a
crash or a disk has damaged never reaches the reader.
"""

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from cellwright import __version__

_MAGIC = b"cellwright kept\n"
_DIGEST = 32
_MARSHAL = 4
_READER = f"{__version__} {sys.implementation.cache_tag} {marshal.version}"


def stamp_of(*parts: str | bytes) -> bytes:
    """Digest what a file must have been written for; our own version and Python's are always part of it."""
    digest = hashlib.blake2b(_READER.encode(), digest_size=_DIGEST)
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8))
        digest.update(content)
    return digest.digest()


def read_kept(path: Path, stamp: bytes) -> object | None:
    """Give what was kept at `path` under the same stamp; None if nothing (undamaged) was."""
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


def write_kept(path: Path, stamp: bytes, value: Any) -> bool:  # noqa: ANN401  what marshal can write
    """Keep `value` (of built-in types only); False if something prevents it, which mostly costs time only.

    Written beside and renamed, so that of several writers the last one wins and a reader never sees half.
    """
    payload = marshal.dumps(value, _MARSHAL)
    check = hashlib.blake2b(payload, digest_size=_DIGEST).digest()
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines((_MAGIC, stamp, check, payload))
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        return True
    return False
