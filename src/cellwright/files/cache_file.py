"""Cache files: one that is missing, damaged, or of another version reads as None.

The payload is MessagePack: data of built-in types, which nothing can make run. A digest of it stands before
it, so what a crash or a disk has damaged is never unpacked. It holds None, truth values, numbers, texts,
bytes, mappings, tuples and lists.
"""

import hashlib
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

from cellwright import __version__
from cellwright.files.atomic import replacing
from cellwright.files.private import make_private_folder

_MAGIC = b"cellwright kept\n"
_DIGEST = 32
_READER = f"{__version__} msgpack"
_LIST, _LARGE_NUMBER = 1, 2
"""Types that MessagePack has not: its sequences are read as tuples, its whole numbers have 64 bits."""
_TEXT_ERRORS = "surrogatepass"
_DEPTH_FAULTS = (ValueError, TypeError, KeyError, RecursionError, OverflowError, struct.error)


def cache_stamp(*parts: str | bytes) -> bytes:
    """Digest what a cache file depends on; the version of Cellwright is always part of it."""
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
        return _unpacked(payload)
    except _DEPTH_FAULTS:
        return None


def same_stamp(first: Path, second: Path) -> bool:
    """Tell whether two cache files were written with the same stamp; not if one is missing or none."""
    heads = []
    for path in (first, second):
        with suppress(OSError), path.open("rb") as file:
            heads.append(file.read(len(_MAGIC) + _DIGEST))
    return len(heads) == 2 and heads[0] == heads[1] and heads[0].startswith(_MAGIC)  # noqa: PLR2004  a pair


def write_cache(path: Path, stamp: bytes, value: Any) -> bool:  # noqa: ANN401  what MessagePack can write
    """Write `value` (of built-in types only) to `path`; false if that failed, which costs time only.

    Raises:
        TypeError: there is something of another type in it.
    """
    try:
        payload = _packed(value)
    except (ValueError, RecursionError):  # nested too deeply
        return False
    check = hashlib.blake2b(payload, digest_size=_DIGEST).digest()
    with suppress(OSError):
        make_private_folder(path.parent)
        with replacing(path) as file:
            file.writelines((_MAGIC, stamp, check, payload))
        return True
    return False


def _packed(value: Any) -> bytes:  # noqa: ANN401  as `write_cache`
    # Imported when there is something to keep, as in `_unpacked`.
    from msgpack import ExtType, packb  # noqa: PLC0415

    def marked(item: Any) -> Any:  # noqa: ANN401  as `write_cache`
        if isinstance(item, tuple):
            return tuple(map(marked, item))
        if isinstance(item, dict):
            return {key: marked(inner) for key, inner in item.items()}
        return ExtType(_LIST, _packed(tuple(item))) if isinstance(item, list) else item

    def special(item: object) -> object:
        if isinstance(item, int):
            return ExtType(_LARGE_NUMBER, str(item).encode())
        raise TypeError(type(item))

    packed: bytes = packb(marked(value), default=special, unicode_errors=_TEXT_ERRORS)
    return packed


def _unpacked(payload: bytes | memoryview) -> object:
    from msgpack import unpackb  # noqa: PLC0415  as above

    def special(code: int, data: bytes) -> object:
        if code == _LIST:
            return list(_unpacked(data))  # type: ignore[call-overload]  # a tuple
        if code == _LARGE_NUMBER:
            return int(data)
        raise ValueError(code)

    found: object = unpackb(
        payload, use_list=False, strict_map_key=False, ext_hook=special, unicode_errors=_TEXT_ERRORS
    )
    return found
