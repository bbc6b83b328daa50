"""A state that a command could not write to its backend: it is kept, and written before the unit goes on.

Terraform then leaves the file `errored.tfstate` where it runs. Nothing else knows what the command has made.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.output.states.state_reader import is_encrypted, read_mark
from cellwright.terraform.unit.runner import DATA_FOLDER
from cellwright.terraform.unit.state_copy import same_content
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.backend import BackendSettings


def settle_unsaved(unit: UnitTerraform, *, write: bool) -> Diagnostic | None:
    """Write the state that an earlier command could not write, if there is one; without `write` only refuse.

    The file goes once the backend answers with what it holds. Returns what was done.

    Raises:
        DiagnosticError: it can't be written, or the backend has another state by now; it stays where it is.
    """
    path, address = unit.workspace.folder.unsaved, unit.workspace.address
    if not path.exists():
        return None
    mine = _mark(path, address)
    if not write:
        raise DiagnosticError(_unsaved(path, address, "`cellwright apply` or `resume` of the unit writes it"))
    unit.init()
    with _opened(unit, path) as opened:
        _write(unit, opened, mine)
    with file_errors(f"{path} can't be removed"):
        path.unlink()
    said = warning(
        f"the state of {address} that could not be written was written now: serial {mine.serial}",
        "it was kept by the apply that failed",
    )
    unit.monitor.log.write([said.summary])
    return said


def _write(unit: UnitTerraform, path: Path, mine: StateMark) -> None:
    there, address = unit.mark(), unit.workspace.address
    if there is None:
        _push_first(unit, path, mine)
    elif there.lineage == mine.lineage and there.serial < mine.serial:
        _push(unit, path)
        _check_written(unit, path, mine)
    # `state push` counts on: a write that was not confirmed may be there under a later serial.
    elif there.lineage != mine.lineage or not same_content(path.read_bytes(), unit.pulled()):
        raise DiagnosticError(_unsaved(unit.workspace.folder.unsaved, address, _conflict(mine, there)))


@contextmanager
def _opened(unit: UnitTerraform, path: Path) -> Iterator[Path]:
    """Give the state in clear for the block: OpenTofu leaves it encrypted, and pushes none that is.

    It is read as the state of a backend `local`, with the unit's key.
    """
    with file_errors(f"{path} can't be read"):
        sealed = is_encrypted(path.read_bytes())
    if not sealed:
        yield path
        return
    scratch, clear = path.with_name("unsaved-data"), path.with_name("unsaved-clear.tfstate")
    elsewhere = {DATA_FOLDER: str(scratch)}
    try:
        try:
            with unit.workspace.other_backend(BackendSettings("local", {"path": str(path)})):
                unit.runner.stream(("init", "-json", "-input=false", "-reconfigure"), elsewhere)
                content = unit.runner.document(("state", "pull"), elsewhere)
        except TerraformError as failure:
            advice = "it is encrypted, and can't be read: see below"
            raise DiagnosticError(
                _unsaved(path, unit.workspace.address, advice), *failure.diagnostics
            ) from failure
        with file_errors(f"{clear} can't be written"):
            write_file(clear, content)
        yield clear
    finally:
        clear.unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)


def _push_first(unit: UnitTerraform, path: Path, mine: StateMark) -> None:
    """Write a state into an empty backend.

    The program writes it there as the first version of a state with another lineage. As it is known by its
    own, it is written once more over what was written just now.
    """
    _push(unit, path)
    there = unit.mark()
    if there is not None and there.lineage != mine.lineage and same_content(path.read_bytes(), unit.pulled()):
        _push(unit, path, "-force")
    _check_written(unit, path, mine)


def _push(unit: UnitTerraform, path: Path, *options: str) -> None:
    address = unit.workspace.address
    try:
        unit.runner.stream(("state", "push", *options, str(path)))
    except TerraformError as failure:
        advice = f"it can't be written: see below. If it has to be done by hand: state push {path}"
        raise DiagnosticError(_unsaved(path, address, advice), *failure.diagnostics) from failure


def _check_written(unit: UnitTerraform, path: Path, mine: StateMark) -> None:
    address, now = unit.workspace.address, unit.mark()
    if now is None or now.lineage != mine.lineage or now.serial < mine.serial:
        raise DiagnosticError(_unsaved(path, address, "it was written, but can't be read back"))


def _mark(path: Path, address: UnitAddress) -> StateMark:
    try:
        found = read_mark(path)
    except DiagnosticError as fault:
        advice = "that file is not whole; the unit's log says what was made"
        raise DiagnosticError(_unsaved(path, address, advice), *fault.diagnostics) from fault
    if found is None:
        advice = (
            "that file is empty: the disk was full. The unit's log says what was made: import it, or destroy "
            "it by hand; then remove the file and go on"
        )
        raise DiagnosticError(_unsaved(path, address, advice))
    return found


def _conflict(mine: StateMark, there: StateMark | None) -> str:
    found = f"lineage {there.lineage}, serial {there.serial}" if there else "none"
    return (
        f"its backend has another state by now ({found}; this one is lineage {mine.lineage}, serial "
        f"{mine.serial}): compare them, make the right one the newest with `state push`, and remove the file"
    )


def _unsaved(path: Path, address: UnitAddress, advice: str) -> Diagnostic:
    return error(f"the state of {address} could not be written by its last apply: it is in {path}", advice)
