"""What cells add to the environment of their Terraform processes, checked before any of them starts."""

from dataclasses import replace

from cellwright.fleet.fleet import Fleet
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.position import Position
from cellwright.terraform.process.environment import names_not_allowed

_NOWHERE = Position("")


def with_environment_findings(fleet: Fleet) -> Fleet:
    """Give the fleet with each name that cells may not set as a finding; told once where cells share it."""
    found: list[Diagnostic] = []
    seen: set[int] = set()
    for cell in fleet.cells.values():
        if cell.environment and id(cell.environment) not in seen:
            seen.add(id(cell.environment))
            faults = names_not_allowed(cell.environment, fleet.terraform.environment_allow)
            found.extend(replace(item, position=cell.position) for item in faults)
    if not found:
        return fleet
    ordered = sorted((*fleet.diagnostics, *found), key=lambda item: item.position or _NOWHERE)
    return replace(fleet, diagnostics=tuple(ordered))
