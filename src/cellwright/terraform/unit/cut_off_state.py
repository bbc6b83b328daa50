"""A local state that a killed Terraform has left cut off: said as what it is, and put back only if asked for.

Terraform writes a local state in place, after it has copied the one before to a file beside it, `.backup`: it
empties the file, then fills it. Before an apply the state is kept in the unit's folder, too (`state_before`).
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.terraform.output.states.state_reader import read_mark
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.unit_folder import UnitFolder

_END = b"\n}"
"""How a whole state ends as Terraform and OpenTofu write it: other ends are looked at closely."""


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A whole state from before the command that was killed."""

    path: Path
    mark: StateMark


def settle_cut_off(unit: UnitTerraform, recorded: StateMark | None, *, put_back: bool) -> Diagnostic | None:
    """Refuse a local state that is not whole; with `put_back`, put the one before it in its place.

    That is the backup beside it, or the state that was kept before the apply, whichever is later. The damaged
    file is kept beside it. Returns what was done. `recorded` is the version that the ledger knows.

    Raises:
        DiagnosticError: it is cut off, and was not to be put back, or there is nothing to put back.
    """
    path, address = unit.workspace.state, unit.workspace.address
    if path is None or is_whole(path):
        return None
    earlier = _earlier(path, unit.workspace.folder)
    if _is_empty(path) and (earlier is None or not _is_due(earlier, unit.workspace.folder, recorded)):
        return None
    if earlier is None or not put_back:
        raise DiagnosticError(error(_summary(path, address), _advice(path, earlier, address)))
    damaged = path.with_name(f"{path.name}.damaged")
    with file_errors(f"{path} can't be put back"):
        write_file(damaged, path.read_bytes())
        write_file(path, earlier.path.read_bytes())
    said = warning(
        f"the state of {address} was cut off; the one before it was put back from {earlier.path}",
        f"what the killed command had made is not in it; the damaged file is kept: {damaged}",
    )
    unit.monitor.log.write([said.summary])
    return said


def is_whole(path: Path) -> bool:
    """Tell whether a file ends as a state does, or is JSON all the same.

    One that is not there is whole, an empty one is not: a state is emptied before it is written anew.
    """
    try:
        with path.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - len(_END) - 1))
            if size and opened.read().rstrip().endswith(_END):
                return True
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return True
    except (ValueError, RecursionError):
        return False
    except OSError:
        return True  # whoever needs it says why it can't be read
    return True


def _is_empty(path: Path) -> bool:
    with file_errors(f"{path} can't be read"):
        return path.stat().st_size == 0


def _is_due(earlier: _Earlier, folder: UnitFolder, recorded: StateMark | None) -> bool:
    """Tell whether an empty file was cut off: no state is an empty file as well, before the first apply."""
    ours = recorded is not None and recorded.lineage == earlier.mark.lineage
    return ours or earlier.path == folder.state_before


def _earlier(path: Path, folder: UnitFolder) -> _Earlier | None:
    """Find the latest whole state from before; the backup, if both are of one version."""
    found = [_whole(path.with_name(f"{path.name}.backup")), _whole(folder.state_before)]
    return max((item for item in found if item), key=lambda item: item.mark.serial, default=None)


def _whole(path: Path) -> _Earlier | None:
    try:
        mark = read_mark(path) if path.is_file() and is_whole(path) else None
    except DiagnosticError:
        return None
    return None if mark is None else _Earlier(path, mark)


def _summary(path: Path, address: UnitAddress) -> str:
    how = "emptied" if _is_empty(path) else "cut off in the middle"
    return f"the state of {address} is {how} ({path}): what wrote it was killed"


def _advice(path: Path, earlier: _Earlier | None, address: UnitAddress) -> str:
    if earlier is None:
        return f"there is no whole {path.name}.backup beside it either; restore a backup of your own"
    return (
        f"{earlier.path} holds the state from before the killed command, serial {earlier.mark.serial}: what "
        "that command had made is not in it, the unit's log names it. To put it back: "
        f"cellwright apply {address} --accept-state REASON"
    )
