"""Files written whole or not at all."""

import contextlib
import os
import secrets
from pathlib import Path

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path`, making its folder if need be; interrupted, it leaves the old file or the new.

    An existing file keeps its rights; one that a symbolic link leads to is replaced where it lies.

    Raises:
        DiagnosticError: it can't be written; the old file is as it was.
    """
    target = path.resolve()
    # The name is hidden, so that what a crash leaves behind is no cell and no layer.
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_through(beside, text, target)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as failure:
        detail = "make room, or mend the rights of its folder"
        place = Position(str(path))
        raise DiagnosticError(
            error(f"the file can't be written: {failure.strerror}", detail, place)
        ) from failure


def _write_through(beside: Path, text: str, target: Path) -> None:
    """Write a new file and wait until it is on the disk."""
    with beside.open("x", encoding="utf-8", newline="") as file:
        with contextlib.suppress(FileNotFoundError):
            os.fchmod(file.fileno(), target.stat().st_mode & 0o777)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
