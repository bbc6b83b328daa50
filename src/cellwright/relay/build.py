"""The build id of the relay: a client talks only to a daemon that runs the very same code."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from platform import python_version

from cellwright import __version__

_ID_LENGTH = 12


@cache
def build_id() -> str:
    """A short digest of the versions of Cellwright and Python and of every source file of the relay."""
    digest = sha256(f"{__version__} {python_version()}\n".encode())
    room = Path(__file__).parent
    for path in sorted(room.rglob("*.py")):
        digest.update(f"{path.relative_to(room)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:_ID_LENGTH]
