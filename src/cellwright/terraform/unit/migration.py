"""Moving a unit's state to the backend that its settings name now."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from typing import Self

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.output.states.state_reader import parse_state
from cellwright.terraform.unit.runner import DATA_FOLDER
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.backend import BackendSettings

_SCRATCH = "migration"


def move_state(
    unit: UnitTerraform, previous: BackendSettings, expected: StateMark | None
) -> StateMark | None:
    """Copy the state from `previous`, its recorded place, to the current one, and make sure that it is there.

    What the folder remembers does not matter. A state that is at the new place already, moved by hand or by a
    move that was interrupted, is left as it is. The former place keeps its copy. Gives the mark of the state
    at its new place, whose lineage Terraform makes anew in most backends; None if there is no state.

    Raises:
        DiagnosticError: the state is not at its recorded place, another one is at the new place, or what
            arrived there is not what was sent.
        TerraformError: a backend can't be reached.
    """
    found = _at_new_place(unit)
    if found.mark is not None and _is_same(found.mark, expected):
        unit.init_anew()
        return found.mark
    sent = _at_previous_place(unit, previous)
    if sent.mark is None and expected is not None:
        raise _not_found(unit)
    if sent.mark is not None and expected is not None and sent.mark.lineage != expected.lineage:
        raise _not_found(unit, f": another one is there (lineage {sent.mark.lineage})")
    if sent.mark is None or found.content == sent.content:
        unit.init_anew()
        return found.mark
    _copy(unit, found, own=False)
    arrived = _Pulled.of(unit.runner.document(("state", "pull")), f"the state of {unit.workspace.address}")
    if arrived.content != sent.content:
        raise DiagnosticError(
            error(
                f"the state of {unit.workspace.address} is not at its new place as it was sent there",
                "its former place still has it: put the former settings back, and look at the new backend",
            )
        )
    return arrived.mark


def migrate_state(unit: UnitTerraform, expected: StateMark | None) -> None:
    """Copy the state from the previous backend to the current one, and initialise the unit there.

    The new place is read first: only an empty state or the unit's own (`expected` is its last known mark) is
    overwritten.

    Raises:
        DiagnosticError: there is another state already.
        TerraformError: a backend can't be reached.
    """
    found = _at_new_place(unit)
    own = expected is not None and found.mark is not None and found.mark.lineage == expected.lineage
    _copy(unit, found, own=own)


@dataclass(frozen=True, slots=True)
class _Pulled:
    """A state that `state pull` has printed; the mark is None if there is none."""

    mark: StateMark | None
    resources: int
    empty: bool
    content: bytes
    """Digest of its resources and outputs. Lineage and serial change when a state is moved."""

    @classmethod
    def of(cls, printed: bytes, where: str) -> Self:
        state = parse_state(printed, where)
        if state is None:
            return cls(None, 0, empty=True, content=b"")
        parts = json.loads(printed)
        text = json.dumps([parts.get("outputs"), parts.get("resources")], sort_keys=True)
        empty = not (state.resources or state.outputs)
        return cls(state.mark, state.resources, empty, hashlib.sha256(text.encode()).digest())


def _is_same(found: StateMark, expected: StateMark | None) -> bool:
    return expected is not None and found.lineage == expected.lineage and found.serial >= expected.serial


def _copy(unit: UnitTerraform, found: _Pulled, *, own: bool) -> None:
    """Let Terraform copy the state from the backend that the folder remembers."""
    if not found.empty and not own:
        lineage = found.mark.lineage if found.mark is not None else "unknown"
        raise DiagnosticError(
            error(
                f"there is another state already at the new place of {unit.workspace.address}'s state "
                f"(lineage {lineage}, {found.resources} resources)",
                "choose another place in `state` of fleet.yaml, or remove that state first",
            )
        )
    # Without -json: Terraform refuses to migrate with it.
    unit.runner.stream(("init", "-input=false", "-no-color", "-migrate-state", "-force-copy"))
    unit.init_again()


def _at_new_place(unit: UnitTerraform) -> _Pulled:
    """Read the new place with a separate data folder: the usual one still names the old place."""
    scratch = unit.workspace.folder.path / _SCRATCH
    elsewhere = {DATA_FOLDER: str(scratch)}
    try:
        unit.runner.stream(("init", "-json", "-input=false", "-reconfigure"), elsewhere)
        content = unit.runner.document(("state", "pull"), elsewhere)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _Pulled.of(content, f"the state at the new place of {unit.workspace.address}")


def _at_previous_place(unit: UnitTerraform, previous: BackendSettings) -> _Pulled:
    """Let the working folder's data name the previous place, and read the state there."""
    workspace = unit.workspace
    workspace.clear_initialised()
    with workspace.other_backend(previous):
        unit.runner.stream(("init", "-json", "-input=false", "-reconfigure"))
        content = unit.runner.document(("state", "pull"))
    return _Pulled.of(content, f"the recorded state of {workspace.address}")


def _not_found(unit: UnitTerraform, why: str = "") -> DiagnosticError:
    return DiagnosticError(
        error(
            f"the state of {unit.workspace.address} is not at its recorded place, so it can't be moved{why}",
            "restore it there, or bring it to the new place, then repeat this command",
        )
    )
