"""What stacks say to those who use them: for which binaries they are made, which outputs are deprecated."""

from collections.abc import Callable, Iterable, Iterator

from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.checks.findings import Findings
from cellwright.model.binary import BinarySettings, BinaryVersion
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, warning
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract
from cellwright.terraform.install.requirement import version_refusals


def unfit_stacks(
    pins: Iterable[StackPin], snapshot: Snapshot, program: Callable[[BinarySettings], BinaryVersion]
) -> tuple[Diagnostic, ...]:
    """Report every stack that does not allow the program that runs it, at the line that says so.

    A stack that can't be read is left out: it is a finding of the fleet.

    Raises:
        DiagnosticError: a program can't be used.
    """
    found: dict[Diagnostic, None] = {}
    for pin in dict.fromkeys(pins):
        for contract in _contracts((pin,), snapshot):
            if contract.versions:
                found.update(dict.fromkeys(_refusals(contract, program(pin.binary))))
    return tuple(found)


def deprecated_outputs(snapshot: Snapshot) -> tuple[Diagnostic, ...]:
    """Warn at every reference to an output that its stack calls deprecated, with the stack's words."""
    found = Findings()
    for use in snapshot.fleet.units.uses_of(lambda pin, output: _words(snapshot, pin, output) is not None):
        output = use.reference.output
        unit = snapshot.fleet.units[use.reference.unit]
        summary = f"output '{output}' of stack '{unit.address.stack}' is deprecated"
        detail = _words(snapshot, unit.stack, output) or ""
        found.add((warning(summary, detail, use.position),), use.unit.of_cell)
    return found.result()


def _refusals(contract: Contract, binary: BinaryVersion) -> Iterator[Diagnostic]:
    """Give them; none for a program that is not on this machine, as its version is not known."""
    return version_refusals(contract.versions, binary) if binary.version else iter(())


def _contracts(pins: Iterable[StackPin], snapshot: Snapshot) -> Iterator[Contract]:
    for pin in pins:
        try:
            yield snapshot.stacks.catalogue.contract(pin)
        except DiagnosticError:
            continue


def _words(snapshot: Snapshot, pin: StackPin, output: str) -> str | None:
    for contract in _contracts((pin,), snapshot):
        declared = contract.outputs.get(output)
        return declared.deprecated if declared is not None else None
    return None
