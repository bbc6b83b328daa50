"""Permissions of files and folders that only their owner may open."""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_DAY = 24 * 3600


def make_private_folder(folder: Path) -> None:
    """Make `folder` and its missing parents, closed to other users; one that exists is left as it is.

    Raises:
        OSError: it can't be made.
    """
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=PRIVATE_FOLDER)


def remove_private_folder(folder: Path) -> None:
    """Remove a folder of ours with all that lies in it, read-only folders too.

    Raises:
        OSError: it can't be removed.
    """
    for place, _, _ in os.walk(folder):
        Path(place).chmod(PRIVATE_FOLDER)
    shutil.rmtree(folder)


def remove_left(folder: Path, pattern: str) -> None:
    """Remove folders of ours that a process which was killed has left: those that match and are a day old.

    Raises:
        OSError: one can't be removed.
    """
    long_ago = time.time() - _DAY
    for left in folder.glob(pattern):
        if left.is_dir() and not left.is_symlink() and left.stat().st_mtime < long_ago:
            remove_private_folder(left)
