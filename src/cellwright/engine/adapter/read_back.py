"""Asks a unit's providers once more for what its state from before the destruction names.

The state is put beside the others, as a local one, and a destroy of it is planned: Terraform refreshes first,
so what is left in the plan is what the providers still have. Nothing is applied, and no state that counts is
touched.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cellwright.engine.adapter.run_terraform import LocalPaths, RunTerraform
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.files.names import unit_path
from cellwright.files.private import make_private_folder
from cellwright.model.unit import Backend

_FOLDER = ".read-back"


def still_standing(terraform: RunTerraform, task: UnitTask, state: bytes, attempt: str) -> Sequence[str]:
    """Give the addresses of the resources of a former state that the providers still have.

    Raises:
        DiagnosticError: they can't be asked: Terraform fails, or a value that it needs can't be had.
    """
    unit = task.part.address
    work = terraform.places.work / _FOLDER
    path = unit_path(work / "states", unit, ".tfstate")
    with file_errors(f"{path} can't be written"):
        make_private_folder(path.parent)
        write_file(path, state)
    apart = replace(terraform, places=LocalPaths(work, work / "states", terraform.places.logs))
    former = replace(task.unit, backend=Backend("local", {"path": str(path)}))
    looked = replace(
        task, unit=former, recorded=False, recorded_state=None, moved_from=None, renamed_from=None
    )
    try:
        runner = apart.open(looked, attempt)
        try:
            return tuple(item.address for item in runner.plan().summary.resources)
        finally:
            runner.close()
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    for left in (path, path.with_suffix(".tfstate.backup")):
        with suppress(OSError):
            left.unlink()
