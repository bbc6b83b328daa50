"""Moving a unit's state to the backend that its settings name now."""

import shutil

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.output.state_reader import StateSnapshot, parse_state
from cellwright.terraform.unit.unit_terraform import UnitTerraform

_SCRATCH = "migration"


def migrate_state(unit: UnitTerraform, expected: StateMark | None) -> None:
    """Copy the state from the backend of before to the one of now, and initialise the unit there.

    What lies at the new place is looked at first: only nothing, an empty state, or the unit's own (`expected`
    is its mark as last seen) is written over.

    Raises:
        DiagnosticError: another state lies there.
        TerraformError: a backend can't be reached.
    """
    found = _state_at_new_place(unit)
    own = expected is not None and found is not None and found.mark.lineage == expected.lineage
    if found is not None and (found.resources or found.outputs) and not own:
        raise DiagnosticError(
            error(
                f"at the new place of {unit.workspace.address}'s state lies another state already "
                f"(lineage {found.mark.lineage}, {found.resources} resources)",
                "choose another place in `state` of fleet.yaml, or remove that state first",
            )
        )
    # Speaks no JSON: with -json, Terraform refuses to migrate.
    unit.runner.stream(("init", "-input=false", "-no-color", "-migrate-state", "-force-copy"), {})
    unit.workspace.forget_initialised()
    unit.init()


def _state_at_new_place(unit: UnitTerraform) -> StateSnapshot | None:
    """Read the new place through a data folder of its own, so that the old place is not forgotten."""
    scratch = unit.workspace.folder.path / _SCRATCH
    elsewhere = {"TF_DATA_DIR": str(scratch)}
    try:
        unit.runner.stream(("init", "-json", "-input=false", "-reconfigure"), elsewhere)
        content = unit.runner.document(("state", "pull"), elsewhere)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return parse_state(content, f"the state at the new place of {unit.workspace.address}")
