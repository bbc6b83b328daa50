"""Search paths without the current folder: nothing is taken from the folder that a command is started in.

An empty or relative entry of PATH, PYTHONPATH or LD_LIBRARY_PATH means the current folder, or one in it.
"""

import os
from collections.abc import Mapping

_LISTS = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH")
_FOLDERS = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "TMPDIR")
"""A relative one would be another folder for each command; the XDG specification says to ignore it."""


def absolute_entries(text: str) -> str:
    """Leave out of a search path what is empty or relative."""
    return os.pathsep.join(entry for entry in text.split(os.pathsep) if entry.startswith("/"))


def program_path(environment: Mapping[str, str]) -> str:
    """Give the folders in which programs are looked for, in order; never the current one."""
    return absolute_entries(environment.get("PATH", "")) or os.defpath


def without_current_folder(environment: Mapping[str, str]) -> dict[str, str]:
    """Give an environment in which no search path and no folder depends on the current folder."""
    kept = dict(environment)
    for name in _LISTS:
        if name in kept:
            kept[name] = absolute_entries(kept[name])
            if not kept[name]:  # an empty list would mean the current folder
                del kept[name]
    for name in _FOLDERS:
        if name in kept and not kept[name].startswith("/"):
            del kept[name]
    return kept
