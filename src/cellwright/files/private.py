"""Permissions of files and folders that only their owner may open."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


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
