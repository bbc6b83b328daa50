"""Why a unit of a run is not done, or not planned: in words, and the looks that lead to them."""

import shlex
from collections.abc import Mapping

from cellwright.ledger.moves import Move, MoveKind
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedHead
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.model.position import Position
from cellwright.model.states.state_place import state_place
from cellwright.model.unit import Backend, Unit
from cellwright.model.value import OutputReference, references_in
from cellwright.planning.binding import Outputs
from cellwright.planning.fingerprint import StackFacts
from cellwright.planning.partial_apply import is_partly_applied


def refuse_open_secrets(unit: Unit, facts: StackFacts, outputs: Outputs) -> None:
    """Refuse a sensitive output in a variable that is not marked, where only the state says that it is one.

    Raises:
        DiagnosticError: there is one; Terraform would show it, and keep it in clear in plans.
    """
    for name, item in unit.inputs.items():
        if name in facts.sensitive:
            continue
        for reference in references_in(item.value):
            taken = outputs.get(reference.unit, {}).get(reference.output)
            if taken is not None and taken.sensitive:
                raise open_secret_fault(name, unit.address, reference, item.origin.position)


def open_secret_fault(
    name: str, unit: UnitAddress, taken: OutputReference, place: Position
) -> DiagnosticError:
    """Say that a secret would go into a variable that is not marked."""
    return DiagnosticError(
        error(
            f"input '{name}' of {unit} takes '${{{taken}}}', which is recorded as sensitive",
            f'write `sensitive = true` in variable "{name}" of the stack; if the output is none any more, '
            f"apply {taken.unit} first",
            place,
        )
    )


def not_looked_at_fault(address: UnitAddress) -> Diagnostic:
    """Say that a unit was not looked at for drift."""
    return warning(f"{address} was not looked at: its settings have changed", "apply them first")


def not_refreshed(address: UnitAddress) -> Diagnostic:
    """Say what is wrong."""
    return warning(
        f"the state of {address} was left as it is: its settings have changed",
        "apply them first; that refreshes it too",
    )


def renamed_in_part_fault(address: UnitAddress, former: UnitAddress) -> DiagnosticError:
    """Say that a renamed unit is not applied in part."""
    return DiagnosticError(
        error(
            f"{address} was {former} before, and is not applied in part",
            "leave out --target and --exclude once",
        )
    )


def gone_fault(address: UnitAddress) -> Diagnostic:
    """Say that a unit is not in the fleet any more."""
    return warning(
        f"{address} is switched off or no longer in the fleet", "to remove it: cellwright apply --destroy"
    )


def elsewhere_fault(unit: Unit, recorded: Backend) -> DiagnosticError:
    """Say that a unit's state lies elsewhere than its settings say."""
    before, now = state_place(recorded, unit.address), state_place(unit.backend, unit.address)
    return DiagnosticError(
        error(
            f"the state of {unit.address} lies in {before}, but its settings now say {now}",
            f"to move it there: cellwright apply --move-state {unit.address}; else put the former settings "
            "back",
        )
    )


def taken_fault(unit: UnitAddress, other: UnitAddress) -> DiagnosticError:
    """Say that a state is recorded as another unit's."""
    return DiagnosticError(
        error(
            f"the state of {unit} is recorded as that of {other}",
            f"give {unit} another place in `state` of fleet.yaml, or destroy {other} first",
        )
    )


def blocked_fault(address: UnitAddress, why: str) -> Diagnostic:
    """Say what a unit waits for."""
    return error(f"{address} {why}", "apply it first, or both in one run: --with-upstreams")


def without_secrets_fault(address: UnitAddress) -> Diagnostic:
    """Say that a destroy needs the secrets of its apply."""
    return error(
        f"{address} can't be destroyed without the secrets that it takes",
        "keep each under its name, if need be with another value, until the unit is destroyed",
    )


def offboarded_fault(address: UnitAddress) -> Diagnostic:
    """Say that a unit is not created, as its client was offboarded."""
    cell = address.of_cell
    return error(
        f"{address} is not created: {cell} was offboarded, and is still among this fleet's files",
        "get the newest commit (git pull), or finish the removal with `cellwright offboard "
        f"{cell.cell}`; to bring it back: cellwright onboard {cell.cell}",
    )


def renamed_fault(address: UnitAddress) -> Diagnostic:
    """Say that a unit is not created, as its cell has another name."""
    cell = address.of_cell
    return error(
        f"{address} is not created: {cell} was renamed, and is still among this fleet's files",
        f"get the newest commit (git pull); its new name: `cellwright events --subject {cell}`; a new cell "
        "of this name is added in a later commit than the renaming",
    )


def moving_fault(address: CellAddress | UnitAddress, move: Move) -> Diagnostic:
    """Say that a unit or cell can't be worked on: a move is under way; and how that goes on."""
    if move.kind is MoveKind.RENAME:
        what = f"{move.subject} is being renamed to {move.target}"
        command = f"rename {move.subject} {move.target}"
    else:
        what = f"resources of {move.subject} are going to {move.target}"
        resources = move.detail.get("resources")
        named = resources if isinstance(resources, list) else []
        command = shlex.join(("move", move.subject, UnitAddress.parse(move.target).stack, *map(str, named)))
        if move.detail.get("declared"):
            # The command ends it, too: fleet.yaml may say nothing of it any more.
            command = f"apply {UnitAddress.parse(move.subject).of_cell}, or cellwright {command}"
    # A unit that is blocked is reported by its summary alone, so that says what to do, too.
    return error(
        f"{address} can't be worked on: {what} since {move.begun_at[:19]}; let that end: cellwright {command}"
    )


def half_applied(unit: Unit, heads: Mapping[UnitAddress, AppliedHead]) -> list[UnitAddress]:
    """Give the units whose outputs it takes and whose last apply failed: those outputs may be wrong now."""
    taken = {reference.unit for reference in unit.references()}
    return sorted(item for item in taken if (head := heads.get(item)) is not None and head.failed is not None)


def on_half_applied_fault(address: UnitAddress, upstream: UnitAddress, head: AppliedHead) -> Diagnostic:
    """Say that an upstream was applied in part."""
    why = "was for a part of it only" if is_partly_applied(head) else "did not end well"
    return error(
        f"{address} takes outputs of {upstream}, whose last apply {why}: they may be wrong",
        f"apply {upstream} first, or both in one run: --with-upstreams",
    )
