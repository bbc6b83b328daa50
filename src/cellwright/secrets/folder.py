"""Files below a folder, by names that can't lead out of it."""

import os
import stat
from pathlib import Path

from cellwright.secrets.source import LIMIT, SecretFault

_OTHERS = stat.S_IROTH | stat.S_IWOTH


def find_file(folder: Path, name: str) -> Path:
    """Give the file of a name, links followed as long as they stay below the folder.

    Raises:
        SecretFault: there is none, or it lies elsewhere.
    """
    if not folder.is_dir():
        raise SecretFault(f"there is no folder {folder}", "correct `folder` of the source", down=True)
    try:
        base, path = folder.resolve(strict=True), (folder / name.lstrip("/")).resolve(strict=True)
    except FileNotFoundError:
        raise SecretFault(f"there is no file '{name}' in {folder}", "store it there") from None
    except (OSError, RuntimeError) as fault:
        why = getattr(fault, "strerror", None) or "its links lead in a circle"
        raise SecretFault(f"'{name}' in {folder} can't be opened: {why}", "") from None
    if not path.is_relative_to(base):
        raise SecretFault(f"'{name}' is a link that leads out of {folder}", "store the file itself there")
    return path


def read_file(path: Path, name: str, *, private: bool) -> bytes:
    """Give a file's content; with `private`, only of one that others may neither read nor write.

    Raises:
        SecretFault: it can't be read, is no file, too large, or open to others.
    """
    try:
        # Without waiting for whoever writes into a pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as fault:
        raise _unreadable(name, fault) from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise SecretFault(f"'{name}' is no file", "store the secret in a file")
        if private and found.st_mode & _OTHERS:
            raise SecretFault(f"the file '{name}' is open to all users of this machine", f"chmod o-rw {path}")
        return os.read(descriptor, LIMIT + 1)
    except OSError as fault:
        raise _unreadable(name, fault) from None
    finally:
        os.close(descriptor)


def _unreadable(name: str, fault: OSError) -> SecretFault:
    return SecretFault(f"the file '{name}' can't be read: {fault.strerror}", "let Cellwright's user read it")
