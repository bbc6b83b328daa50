"""Small files that may be lost: written whole, readable by their owner only, checked when read."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.private import make_private_folder

_DIGEST_BYTES = 32


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
            make_private_folder(self._folder)
            write_file(self._folder / name, sha256(content).digest() + content)
