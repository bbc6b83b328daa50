"""Small files that may be lost: written whole, readable by their owner only, checked when read."""

import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

_DIGEST_BYTES = 32


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step, mode 0600.

    Raises:
        OSError: the folder cannot be made or written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.rename(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


class Store:
    """A folder of checked files. What cannot be read back exactly as it was written is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """The content, or None: absent, unreadable or damaged."""
        try:
            raw = (self._folder / name).read_bytes()
        except OSError:
            return None
        content = raw[_DIGEST_BYTES:]
        return content if sha256(content).digest() == raw[:_DIGEST_BYTES] else None

    def write(self, name: str, content: bytes) -> None:
        """Keep `content`; a store that cannot be written merely forgets."""
        with suppress(OSError):
            write_whole(self._folder / name, sha256(content).digest() + content)
