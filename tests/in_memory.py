"""Keeps the temporary files of a run of tests in memory, where there is enough of it.

Tests make and remove a hundred thousand files; a disk's file system takes a tenth of the run for that.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # noqa: S108  the system's file system in memory
_GIB = 1 << 30
_ROOM = 8 * _GIB
"""Free bytes that are demanded of it; a whole run takes less than half of that."""
_FREE = 12 * _GIB
"""Free bytes of memory that are demanded: the rest is for programs."""
_AVAILABLE = re.compile(r"^MemAvailable: +(\d+) kB", re.MULTILINE)
_PREFIX = "cellw-"


def keep_in_memory(config: pytest.Config) -> None:
    """Have all temporary files made in memory, unless the run was told where they are to be."""
    if hasattr(config, "workerinput") or config.option.basetemp or config.option.collectonly:
        return
    if not _is_fit():
        return
    _remove_left_over()
    # A short name: a socket's path has 107 letters at most.
    folder = _MEMORY / f"{_PREFIX}{os.getpid()}"
    try:
        folder.mkdir(0o711)  # PostgreSQL's programs run as somebody else
    except FileExistsError:
        return
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.option.basetemp = folder / "t"
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None


def _is_fit() -> bool:
    try:
        found = os.statvfs(_MEMORY)
        memory = Path("/proc/meminfo").read_text()
    except OSError:
        return False
    available = _AVAILABLE.search(memory)
    runs_programs = not found.f_flag & os.ST_NOEXEC
    enough = available is not None and int(available[1]) * 1024 >= _FREE
    return runs_programs and enough and found.f_bavail * found.f_frsize >= _ROOM


def _remove_left_over() -> None:
    """Remove what runs have left that were killed."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        number = folder.name.removeprefix(_PREFIX)
        if number.isdigit() and not Path("/proc", number).exists():
            shutil.rmtree(folder, ignore_errors=True)
