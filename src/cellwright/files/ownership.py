"""Whose a file or folder is, and who else may change it: what belongs to somebody else is not obeyed."""

import grp
import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path

_ROOT = 0
_SYSTEM_GROUPS = 1000
"""Groups below this number are the system's; one without members lets nobody in."""


def trusted_owners(environment: Mapping[str, str]) -> frozenset[int]:
    """Give the users whose files are obeyed: this one, and for root the one who started it through sudo."""
    own = os.geteuid()
    started_by = environment.get("SUDO_UID", "")
    if own == _ROOT and started_by.isascii() and started_by.isdigit():
        return frozenset((own, int(started_by)))
    return frozenset((own,))


def user_name(number: int) -> str:
    """Name a user for people."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def changed_by_others(path: Path) -> str | None:
    """Say who besides root and this user may change what is at `path`; None if nobody may.

    Each folder above counts: who may rename a folder may put another one in its place.

    Raises:
        OSError: it can't be looked at.
    """
    real = path.resolve()
    for place in (real, *real.parents):
        if (why := _open_to_others(place, place.stat(), above=place != real)) is not None:
            return why
    return None


def open_to_others(path: Path) -> str | None:
    """As `changed_by_others`, of this file or folder alone.

    Raises:
        OSError: it can't be looked at.
    """
    return _open_to_others(path, path.stat(), above=False)


def _open_to_others(path: Path, status: os.stat_result, *, above: bool) -> str | None:
    # Who owns the topmost folder stands for root: inside a user namespace root has another number.
    if status.st_uid not in {os.geteuid(), _ROOT, Path("/").stat().st_uid}:
        return f"{path} belongs to {user_name(status.st_uid)}"
    if above and status.st_mode & stat.S_ISVTX:  # in such a folder each may rename only what is theirs
        return None
    if status.st_mode & stat.S_IWOTH:
        return f"everybody may write to {path}"
    if status.st_mode & stat.S_IWGRP and not _lets_nobody_in(status.st_gid):
        return f"the group {_group_name(status.st_gid)} may write to {path}"
    return None


def _lets_nobody_in(group: int) -> bool:
    """Tell whether a group has no members but root and this user, as far as the list of groups says."""
    if group == _ROOT:
        return True
    own = user_name(os.geteuid())
    try:
        found = grp.getgrgid(group)
    except KeyError:
        return False
    private = found.gr_name == own or group < _SYSTEM_GROUPS
    return private and set(found.gr_mem) <= {own, "root"}


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
