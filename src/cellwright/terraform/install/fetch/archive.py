"""Takes the program out of a release's archive, and nothing else."""

import shutil
import stat
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from cellwright.files.atomic import replacing

LARGEST_PROGRAM = 2**30
"""Bytes; the programs have some 100 MB."""

_EXECUTABLE = 0o700
_ENCRYPTED = 0x1


class ArchiveError(Exception):
    """The archive is not one of a release; the message says why."""


def unpack_program(archive: BinaryIO, name: str, target: Path) -> None:
    """Write the program `name` of a zip archive to `target`, in one step, durably.

    Raises:
        ArchiveError: the archive is broken, or does not hold exactly one such program.
        OSError: the target can't be written.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entry = _program(opened, name)
            with opened.open(entry) as content, replacing(target, mode=_EXECUTABLE, durable=True) as file:
                shutil.copyfileobj(content, file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as fault:
        raise ArchiveError(f"it is no archive, or a broken one: {fault}") from fault


def _program(opened: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    found = [entry for entry in opened.infolist() if entry.filename == name]
    if len(found) != 1:
        raise ArchiveError(f"it holds {f'{len(found)} files' if found else 'no file'} called {name}")
    entry = found[0]
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):  # 0: made on a system that records no kind
        raise ArchiveError(f"{name} in it is no ordinary file")
    if entry.flag_bits & _ENCRYPTED:
        raise ArchiveError(f"{name} in it is encrypted")
    if entry.file_size > LARGEST_PROGRAM:
        raise ArchiveError(f"{name} in it has {entry.file_size} bytes")
    return entry
