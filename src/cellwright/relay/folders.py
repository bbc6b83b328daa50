"""Where the relay keeps its sockets and its caches, and who may look into them."""

import os
import stat
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cellwright.relay.build import build_id

CONTROL_SOCKET = "control.sock"
LOCK_FILE = "daemon.lock"
START_LOCK_FILE = "start.lock"
LOG_FILE = "relay.log"
_LONGEST_ADDRESS = 107
"""What a Unix socket address may be long (Linux: 108 bytes with the closing zero)."""
_SOCKET_NAME_BYTES = 23
_ID_CHARACTERS = 8


class FolderError(Exception):
    """A folder that must not be used; the text says why."""


def default_runtime_folder(environment: Mapping[str, str]) -> Path:
    """This user's folder for sockets: in XDG_RUNTIME_DIR where there is one, else in the temporary folder."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and Path(runtime).is_dir():
        return Path(runtime) / "cellwright"
    return Path(tempfile.gettempdir()) / f"cellwright-{os.getuid()}"


def daemon_folder(runtime: Path, cache: Path) -> Path:
    """The folder of the one daemon of this very code that uses `cache`."""
    which = sha256(f"{build_id()} {cache.resolve()}".encode()).hexdigest()[:_ID_CHARACTERS]
    return runtime / f"relay-{which}"


def own_folder(path: Path) -> Path:
    """Make a folder that only this user can open, or check the one that is there.

    Raises:
        FolderError: it is another's, open to others, no folder, or cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = path.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid():
            raise FolderError(f"{path} is not a folder of this user's")
        if seen.st_mode & 0o077:
            path.chmod(0o700)
    except OSError as fault:
        raise FolderError(f"{path}: {fault.strerror}") from fault
    return path


def check_address_room(folder: Path) -> None:
    """See that socket addresses in `folder` are not too long for the system.

    Raises:
        FolderError: they are.
    """
    if len(os.fsencode(folder)) + 1 + _SOCKET_NAME_BYTES > _LONGEST_ADDRESS:
        raise FolderError(f"{folder} is too long a path for sockets")
