"""Atomic writes: a file is replaced in one step, so a reader sees the old content or the new, never half."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from cellwright.files.errors import file_error
from cellwright.files.private import PRIVATE_FILE
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_DEFAULT_MODE = 0o666
"""Less what the umask takes away."""


@contextmanager
def replacing(
    path: Path, *, mode: int | None = PRIVATE_FILE, durable: bool = False, overwrite: bool = True
) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of `path` at the end of the block; after an error it is removed.

    Args:
        path: the file; its folder exists.
        mode: the new file's permissions; None keeps those of the file that is replaced.
        durable: wait until content and name are on the disk, so that a power cut loses neither.
        overwrite: if false, a file that exists by the end of the block stays, and FileExistsError is raised.

    Raises:
        OSError: it can't be written; `path` is as it was.
    """
    # Hidden, so that what a crash leaves behind is not taken for a cell or a layer.
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with os.fdopen(os.open(temporary, _NEW, _DEFAULT_MODE if mode is None else mode), "wb") as file:
            if mode is None:
                _copy_mode(path, file.fileno())
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if overwrite:
            temporary.replace(path)
        else:
            os.link(temporary, path)
            temporary.unlink()
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        sync_folder(path.parent)


def write_file(
    path: Path,
    content: bytes | str,
    *,
    mode: int | None = PRIVATE_FILE,
    durable: bool = False,
    overwrite: bool = True,
) -> None:
    """Write all of a file in one step (see `replacing`); text is written as UTF-8.

    Raises:
        OSError: it can't be written; `path` is as it was.
    """
    with replacing(path, mode=mode, durable=durable, overwrite=overwrite) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def save_text(path: Path, text: str) -> None:
    """Write a file of the fleet repository durably, making its folder if need be; it keeps its permissions.

    A symbolic link stays one: the file that it leads to is replaced.

    Raises:
        DiagnosticError: it can't be written; the old file is as it was.
    """
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(target, text, mode=None, durable=True)
    except OSError as fault:
        raise DiagnosticError(file_error("the file can't be written", fault, Position(str(path)))) from fault


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk.

    Raises:
        OSError: it can't be synced.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_mode(path: Path, descriptor: int) -> None:
    with suppress(FileNotFoundError):
        os.fchmod(descriptor, path.stat().st_mode & 0o777)
