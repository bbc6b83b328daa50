"""Which programs a run needs: one toolchain for each that its units' settings describe."""

from collections.abc import Iterable
from dataclasses import replace

from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.orphan import Recipe
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.binary import UNKNOWN_BINARY, BinarySettings, BinaryVersion
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.runs.plan_options import PlanOptions


def binary_of(fleet: OpenFleet, unit: UnitAddress, applied: AppliedUnit | None) -> BinarySettings:
    """Give what runs a unit; of one that the fleet no longer has, what its cell had chosen is recorded.

    If its level chose, that does so now, as long as it is the product that ran it last.
    """
    cell = fleet.fleet.cells.get(unit.of_cell)
    if cell is not None:
        return cell.binary
    own = Recipe.of(applied).binary if applied is not None else None
    if own is not None:
        return own
    found = _level_binary(fleet, unit)
    last = applied.binary if applied is not None else UNKNOWN_BINARY
    if last.product is None or fleet.stacks.product_of(found) == last.product:
        return found
    return BinarySettings(product=last.product)


def own_binary(fleet: OpenFleet, unit: UnitAddress) -> BinarySettings | None:
    """Give what a unit's cell chooses to run it, if that is another program than its level's."""
    cell = fleet.fleet.cells.get(unit.of_cell)
    return None if cell is None or cell.binary == _level_binary(fleet, unit) else cell.binary


def _level_binary(fleet: OpenFleet, unit: UnitAddress) -> BinarySettings:
    level = next((item for item in fleet.fleet.levels if item.name == unit.level), None)
    return level.binary if level is not None else fleet.fleet.terraform.binary


def check_toolchains(fleet: OpenFleet, units: Iterable[UnitAddress]) -> None:
    """Find every program that these units need, before a run begins.

    Raises:
        DiagnosticError: one can't be used; it says which line chooses it.
    """
    needed: dict[BinarySettings, UnitAddress] = {}
    gone = []
    for unit in units:
        cell = fleet.fleet.cells.get(unit.of_cell)
        if cell is None:
            gone.append(unit)
        else:
            needed.setdefault(cell.binary, unit)
    for unit, applied in fleet.ledger.reader.applied(gone).items() if gone else ():
        needed.setdefault(binary_of(fleet, unit, applied), unit)
    for binary, unit in needed.items():
        try:
            fleet.session.toolchains.find(fleet.fleet.terraform, binary)
        except DiagnosticError as fault:
            raise _at_its_line(fault, fleet, unit) from None


def check_versions(fleet: OpenFleet, units: Iterable[UnitAddress]) -> None:
    """Ask the stacks of units that are to be applied whether they allow the programs that run them.

    Raises:
        DiagnosticError: one does not; it says which line.
    """
    known = fleet.fleet.units
    if not (pins := [known[unit].stack for unit in units if unit in known]):
        return
    # Imported where something is to be applied: what reads constraints on versions takes long to import.
    from cellwright.app.session.stack_findings import unfit_stacks  # noqa: PLC0415

    def program(binary: BinarySettings) -> BinaryVersion:
        return fleet.session.toolchains.find(fleet.fleet.terraform, binary).binary.identity

    if unfit := unfit_stacks(pins, fleet.snapshot, program):
        raise DiagnosticError(*unfit)


def check_options(fleet: OpenFleet, units: Iterable[UnitAddress], options: PlanOptions) -> None:
    """Ask whether the programs of units that are to be applied know how their plans are to be made.

    Raises:
        DiagnosticError: some do not; it says which lines choose them.
    """
    if not options.excludes:
        return
    # Imported where a plan is to leave something out: Terraform's rooms.
    from cellwright.terraform.unit.planning import refuse_exclude  # noqa: PLC0415

    faults: list[Diagnostic] = []
    programs: dict[BinarySettings, UnitAddress] = {}
    for unit in units:
        if (cell := fleet.fleet.cells.get(unit.of_cell)) is not None:
            programs.setdefault(cell.binary, unit)
    for settings, unit in programs.items():
        found = fleet.session.toolchains.find(fleet.fleet.terraform, settings).binary
        try:
            refuse_exclude(options, found, unit)
        except DiagnosticError as fault:
            faults += _at_its_line(fault, fleet, unit).diagnostics
    if faults:
        raise DiagnosticError(*faults)


def _at_its_line(fault: DiagnosticError, fleet: OpenFleet, unit: UnitAddress) -> DiagnosticError:
    from cellwright.fleet.explain import binary_position  # noqa: PLC0415  only a fault needs it

    place = binary_position(fleet.fleet, unit.of_cell) if unit.of_cell in fleet.fleet.cells else None
    return DiagnosticError(
        *(item if item.position else replace(item, position=place) for item in fault.diagnostics)
    )
