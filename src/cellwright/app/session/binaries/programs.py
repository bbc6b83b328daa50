"""Which programs cells may name: a program runs as the person, so fleet.yaml decides which there are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from cellwright.fleet.fleet import Fleet, Level, TerraformSettings
from cellwright.model.binary import PRODUCTS, BinarySettings
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position

_NOWHERE = Position("")


def refuse_program(binary: BinarySettings, terraform: TerraformSettings, levels: Sequence[Level]) -> None:
    """Refuse a program that fleet.yaml does not name, before it is started.

    `terraform` and `tofu` may always be named, and what fleet.yaml itself names, or allows (`binary_allow`).

    Raises:
        DiagnosticError: it names another one.
    """
    if not _is_allowed(binary.name, terraform, levels):
        raise DiagnosticError(_fault(str(binary.name)))


def with_program_findings(fleet: Fleet) -> Fleet:
    """Give the fleet with each program that a cell or a layer must not name as a finding, told once."""
    found = tuple(_findings(fleet))
    if not found:
        return fleet
    ordered = sorted((*fleet.diagnostics, *found), key=lambda item: item.position or _NOWHERE)
    return replace(fleet, diagnostics=tuple(ordered))


def _findings(fleet: Fleet) -> Iterator[Diagnostic]:
    known: set[str | None] = {None}
    for address, cell in fleet.cells.items():
        if cell.binary.name in known:
            continue
        known.add(cell.binary.name)
        if not _is_allowed(cell.binary.name, fleet.terraform, fleet.levels):
            from cellwright.fleet.explain import binary_position  # noqa: PLC0415  for this finding only

            yield replace(
                _fault(str(cell.binary.name)), position=binary_position(fleet, address, ("binary",))
            )


def _is_allowed(name: str | None, terraform: TerraformSettings, levels: Sequence[Level]) -> bool:
    if name is None or name in PRODUCTS or name == terraform.binary.name:
        return True
    return any(level.binary.name == name for level in levels) or any(
        fnmatchcase(name, pattern) for pattern in terraform.binary_allow
    )


def _fault(name: str) -> Diagnostic:
    return error(
        f"fleet.yaml does not allow cells and layers to name the program '{name}'",
        "it would run as you, whoever wrote it; terraform and tofu can be named anywhere. If it may run,"
        f" write in fleet.yaml: terraform: {{binary_allow: [{name}]}}",
    )
