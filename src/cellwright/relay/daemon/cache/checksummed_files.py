"""A folder of small files that may be lost: private, with a checksum that is verified when they are read."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.private import make_private_folder

_DIGEST_BYTES = 32


class ChecksummedFiles:
    """Files by name. One that can't be read back exactly as it was written counts as absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> bytes | None:
        """The content; None if the file is absent, unreadable or damaged."""
        try:
            raw = (self._folder / name).read_bytes()
        except OSError:
            return None
        content = raw[_DIGEST_BYTES:]
        return content if sha256(content).digest() == raw[:_DIGEST_BYTES] else None

    def write(self, name: str, content: bytes) -> None:
        """Write `content`; if that fails, nothing is kept."""
        with suppress(OSError):
            make_private_folder(self._folder)
            write_file(self._folder / name, sha256(content).digest() + content)

    def prune(self, most: int) -> None:
        """Delete the oldest files where there are more than `most`."""
        try:
            files = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        except OSError:
            return
        for path in files[: max(0, len(files) - most)]:
            path.unlink(missing_ok=True)
