"""Moving a unit's state to the backend that its settings name now."""

import shutil

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.output.state_reader import StateSnapshot, parse_state
from cellwright.terraform.unit.unit_terraform import UnitTerraform

_SCRATCH = "migration"


def migrate_state(unit: UnitTerraform, expected: StateMark | None) -> None:
    """Copy the state from the previous backend to the current one, and initialise the unit there.

    The new place is read first: only an empty state or the unit's own (`expected` is its last known mark) is
    overwritten.

    Raises:
        DiagnosticError: there is another state already.
        TerraformError: a backend can't be reached.
    """
    found = _state_at_new_place(unit)
    own = expected is not None and found is not None and found.mark.lineage == expected.lineage
    if found is not None and (found.resources or found.outputs) and not own:
        raise DiagnosticError(
            error(
                f"there is another state already at the new place of {unit.workspace.address}'s state "
                f"(lineage {found.mark.lineage}, {found.resources} resources)",
                "choose another place in `state` of fleet.yaml, or remove that state first",
            )
        )
    # Without -json: Terraform refuses to migrate with it.
    unit.runner.stream(("init", "-input=false", "-no-color", "-migrate-state", "-force-copy"))
    unit.workspace.clear_initialised()
    unit.init()


def _state_at_new_place(unit: UnitTerraform) -> StateSnapshot | None:
    """Read the new place with a separate data folder: the usual one still names the old place."""
    scratch = unit.workspace.folder.path / _SCRATCH
    elsewhere = {"TF_DATA_DIR": str(scratch)}
    try:
        unit.runner.stream(("init", "-json", "-input=false", "-reconfigure"), elsewhere)
        content = unit.runner.document(("state", "pull"), elsewhere)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return parse_state(content, f"the state at the new place of {unit.workspace.address}")
