"""The folders in which the relay keeps its sockets and caches, closed to other users."""

import os
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cellwright.relay.build import build_id

CONTROL_SOCKET = "control.sock"
DAEMON_LOCK = "daemon.lock"
START_LOCK = "start.lock"
LOG_FILE = "relay.log"
_LONGEST_ADDRESS = 107
"""How long a Unix socket address may be (Linux: 108 bytes with the closing zero)."""
_SOCKET_NAME_BYTES = 23
_ID_CHARACTERS = 8


class FolderError(Exception):
    """A folder that must not be used; the text says why."""


def default_runtime_folder(environment: Mapping[str, str]) -> Path:
    """This user's folder for sockets: in XDG_RUNTIME_DIR where there is one, else in the temporary folder."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and Path(runtime).is_dir():
        return Path(runtime) / "cellwright"
    return Path(environment.get("TMPDIR") or "/tmp") / f"cellwright-{os.getuid()}"  # noqa: S108 - closed to others when it is made


def daemon_folder(runtime: Path, cache: Path) -> Path:
    """The folder of the one daemon that runs this very code and uses `cache`."""
    name = sha256(f"{build_id()} {cache.resolve()}".encode()).hexdigest()[:_ID_CHARACTERS]
    return runtime / f"relay-{name}"


def ensure_private_folder(path: Path) -> Path:
    """Make a folder that only this user can open, or check the one that is there.

    Raises:
        FolderError: it belongs to another user, is not a folder, or can't be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
            raise FolderError(f"{path} is not a folder of this user's")
        if status.st_mode & 0o077:
            path.chmod(0o700)
    except OSError as fault:
        raise FolderError(f"{path}: {fault.strerror}") from fault
    return path


def check_socket_path_length(folder: Path) -> None:
    """Check that the addresses of sockets in `folder` are not too long for the system.

    Raises:
        FolderError: they are.
    """
    if len(os.fsencode(folder)) + 1 + _SOCKET_NAME_BYTES > _LONGEST_ADDRESS:
        raise FolderError(f"{folder} is too long a path for sockets")
