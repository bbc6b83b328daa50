"""A local state that a killed Terraform has left cut off: said as what it is, and put back only if asked for.

Terraform writes a local state in place, after it has copied the one before to a file beside it, `.backup`.
"""

import json
import os
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.terraform.output.state_reader import read_mark
from cellwright.terraform.unit.unit_terraform import UnitTerraform

_END = b"\n}"
"""How a whole state ends as Terraform and OpenTofu write it: other ends are looked at closely."""


def settle_cut_off(unit: UnitTerraform, *, put_back: bool) -> Diagnostic | None:
    """Refuse a local state that is not whole; with `put_back`, put the one before it in its place.

    The damaged file is kept beside it. Returns what was done.

    Raises:
        DiagnosticError: it is cut off, and was not to be put back, or there is nothing to put back.
    """
    path, address = unit.workspace.state, unit.workspace.address
    if path is None or _is_whole(path):
        return None
    backup = path.with_name(f"{path.name}.backup")
    usable = _is_whole(backup) and backup.is_file() and backup.stat().st_size > 0
    if not usable or not put_back:
        raise DiagnosticError(error(_summary(path, address), _advice(backup, address, usable=usable)))
    damaged = path.with_name(f"{path.name}.damaged")
    with file_errors(f"{path} can't be put back"):
        write_file(damaged, path.read_bytes())
        write_file(path, backup.read_bytes())
    said = warning(
        f"the state of {address} was cut off; the one before it was put back from {backup}",
        f"what the killed command had made is not in it; the damaged file is kept: {damaged}",
    )
    unit.monitor.log.write([said.summary])
    return said


def _is_whole(path: Path) -> bool:
    """Tell whether a file ends as a state does, or is JSON all the same; one that is not there is whole."""
    try:
        with path.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - len(_END) - 1))
            if size == 0 or opened.read().rstrip().endswith(_END):
                return True
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return True
    except (ValueError, RecursionError):
        return False
    except OSError:
        return True  # whoever needs it says why it can't be read
    return True


def _summary(path: Path, address: UnitAddress) -> str:
    return f"the state of {address} is cut off in the middle ({path}): what wrote it was killed"


def _advice(backup: Path, address: UnitAddress, *, usable: bool) -> str:
    if not usable:
        return f"there is no whole {backup.name} beside it either; restore a backup of your own"
    mark = read_mark(backup)
    serial = f", serial {mark.serial}" if mark else ""
    return (
        f"{backup} holds the state from before the killed command{serial}: what that command had made is not "
        "in it, the unit's log names it. To put it back: "
        f"cellwright apply {address} --accept-state REASON"
    )
