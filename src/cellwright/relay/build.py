"""Which relay this is: a client talks only to a daemon of the very same code."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from platform import python_version

from cellwright import __version__

_SHOWN = 12


@cache
def build_id() -> str:
    """A short digest of Cellwright's version, the interpreter's, and every source file of the relay."""
    digest = sha256(f"{__version__} {python_version()}\n".encode())
    here = Path(__file__).parent
    for path in sorted(here.rglob("*.py")):
        digest.update(f"{path.relative_to(here)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:_SHOWN]
