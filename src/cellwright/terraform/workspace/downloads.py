"""The modules that `init` downloaded into a working folder: whether they are still what they were then."""

import hashlib
import os
import shutil
from pathlib import Path

_FOLDER = Path(".terraform", "modules")


def downloads_digest(module: Path) -> str:
    """Give a digest of the downloaded modules' files by name, size and time; "" if there are none.

    Git's own folders in them are left out. Reads no file.

    Raises:
        OSError: a folder can't be read.
    """
    root = module / _FOLDER
    found = []
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            path = Path(place, name)
            status = path.lstat()
            found.append(f"{path.relative_to(root)}\0{status.st_size}\0{status.st_mtime_ns}")
    if not found:
        return ""
    return hashlib.sha256("\0\0".join(sorted(found)).encode(errors="surrogateescape")).hexdigest()


def remove_downloads(module: Path) -> None:
    """Let `init` download all modules again: of one that is there it does not look at the files.

    Raises:
        OSError: they can't be removed.
    """
    if (module / _FOLDER).exists():
        shutil.rmtree(module / _FOLDER)
