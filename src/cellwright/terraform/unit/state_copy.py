"""A copy of a state at another place: the same state there, with its lineage."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.terraform.output.states.state_reader import parse_state, read_mark
from cellwright.terraform.unit.unit_terraform import UnitTerraform

_IDENTITY = frozenset(("version", "terraform_version", "serial", "lineage", "check_results"))
"""What two states that say the same may differ in."""


def copy_state(unit: UnitTerraform, path: Path) -> StateMark:
    """Write the state in the file `path` where `unit` has its backend, and make sure that it is there.

    Only nothing, or an earlier version of the same state, is overwritten: Terraform checks it once more under
    the state's lock. It gives a state a new lineage where there is none yet; as it is known by its own, it is
    written once more over that.

    Raises:
        DiagnosticError: another state is there already, or a version that is as new, which says something
            else; or what is read back is not what was written.
        TerraformError: the backend can't be used.
    """
    address = unit.workspace.address
    mine = read_mark(path)
    if mine is None:
        raise DiagnosticError(error(f"{path} holds no state", "repeat this"))
    unit.init()
    found = unit.pulled()
    there = parse_state(found, f"the state at the new place of {address}")
    mark = there.mark if there is not None else None
    _refuse_other(address, mine, mark, same=bool(found) and same_content(path.read_bytes(), found))
    if mark is None or (mark.lineage == mine.lineage and mark.serial < mine.serial):
        _push(unit, path)
        found = unit.pulled()
    if _has_another_lineage(mine, found) and same_content(path.read_bytes(), found):
        _push(unit, path, "-force")  # what is written over says the same
        found = unit.pulled()
    arrived = parse_state(found, f"the state at the new place of {address}")
    if arrived is None or not _is(mine, path, found):
        raise DiagnosticError(
            error(
                f"the state of {address} is not at its new place as it was written there",
                "its former place still has it; look at the backend, then repeat this",
            )
        )
    return arrived.mark


def _refuse_other(unit: UnitAddress, mine: StateMark, there: StateMark | None, *, same: bool) -> None:
    if there is None or same:
        return
    if there.lineage != mine.lineage:
        raise DiagnosticError(
            error(
                f"there is another state already at the new place of {unit}'s state "
                f"(lineage {there.lineage})",
                "look whose it is; remove it there, or choose another name, then repeat this",
            )
        )
    if there.serial >= mine.serial:
        raise DiagnosticError(written_since(unit, there, mine))


def written_since(unit: UnitAddress, there: StateMark, mine: StateMark) -> Diagnostic:
    """Say that a place has as new a version of a state as the one that was to be written there."""
    return error(
        f"a version of the state of {unit} lies there that is as new, and says something else: serial "
        f"{there.serial}, not written is {mine.serial}",
        "whoever wrote it may be at work: see `cellwright runs`, then repeat this; a copy that an earlier "
        "rename left there can be removed",
    )


def same_content(one: bytes, other: bytes) -> bool:
    """Tell whether two states say the same, whatever their lineages and serials.

    The order of their resources means nothing: a program that writes a state sorts them.
    """
    try:
        first, second = (_meaning(json.loads(content)) for content in (one, other))
    except (ValueError, AttributeError, TypeError):
        return False
    return first == second


def _meaning(state: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in state.items() if name not in _IDENTITY}
    said["resources"] = sorted(_instances(said.get("resources") or ()))
    return said


def _instances(resources: Any) -> Iterator[str]:  # noqa: ANN401  JSON of any shape
    for resource in resources:
        block = {name: value for name, value in resource.items() if name != "instances"}
        for instance in resource.get("instances") or (None,):
            yield json.dumps([block, instance], sort_keys=True)


def _has_another_lineage(mine: StateMark, found: bytes) -> bool:
    state = parse_state(found, "a state") if found else None
    return state is not None and state.mark.lineage != mine.lineage


def _is(mine: StateMark, path: Path, found: bytes) -> bool:
    state = parse_state(found, "a state") if found else None
    if state is None or state.mark.lineage != mine.lineage or state.mark.serial < mine.serial:
        return False
    return same_content(path.read_bytes(), found)


def _push(unit: UnitTerraform, path: Path, *options: str) -> None:
    unit.runner.stream(("state", "push", *options, str(path)))
