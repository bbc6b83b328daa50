"""Refuses imports of resources that the unit's stack does not declare, after reading its files."""

from collections.abc import Callable, Mapping

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice
from cellwright.model.unit import Unit
from cellwright.stacks.source.root_addresses import first_part, root_addresses
from cellwright.stacks.source.tree import StackTree


def refuse_undeclared(
    unit: Unit, pending: Mapping[str, str], tree: StackTree, place: Callable[[Unit, str], Position]
) -> None:
    """Refuse to import what the stack does not declare.

    Raises:
        DiagnosticError: it does not.
    """
    known = root_addresses(tree)
    faults = [
        error(
            f"{address} can't be imported into {unit.address}: its stack declares no "
            f"{part or 'such resource'}",
            advice(part or address, known or ()) or "correct the address in `imports` of the cell's file",
            place(unit, address),
        )
        for address in sorted(pending)
        if (part := first_part(address)) is None or (known is not None and part not in known)
    ]
    if faults:
        raise DiagnosticError(*faults)
