"""What is in a folder, in the order of names."""

import os
from pathlib import Path


def listed(folder: Path) -> list[os.DirEntry[str]]:
    """Give what is in a folder by name; nothing if it is gone or can't be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
