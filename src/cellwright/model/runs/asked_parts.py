"""Addresses that a person names, read as the programs read them; what is none is told with its place."""

from collections.abc import Iterable

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.resource_address import AddressTextError, PartAddress, read_part_address
from cellwright.model.text.visible import visible

_ADVICE = (
    'write it as the plan does: aws_vpc.this, aws_subnet.this["a"], module.network; in a shell, put single '
    "quotes around one that has double quotes"
)
_PREFIX = "resource."


def asked_parts(named: Iterable[str], faults: list[Diagnostic]) -> tuple[str, ...]:
    """Give addresses of resources and modules as programs write them; what is none goes to `faults`."""
    return tuple(part.text for text in named if (part := _read(text, faults)) is not None)


def asked_resources(named: Iterable[str], faults: list[Diagnostic]) -> tuple[str, ...]:
    """Give addresses of resources that can be made anew, in the same way."""
    found = []
    for text in named:
        part = _read(text, faults)
        if part is not None and not part.is_managed:
            detail = "name a resource that is managed, one by one in a module: module.network.aws_vpc.this"
            faults.append(error(f"'{part.text}' is no resource that can be replaced", detail))
        elif part is not None:
            found.append(part.text)
    return tuple(found)


def parts_in_text(text: str, file: str) -> tuple[str, ...]:
    """Give the addresses of a file, one a line; an empty line, and one that begins with #, says nothing.

    Raises:
        DiagnosticError: lines are no addresses, each of which is named, or none is one.
    """
    found: list[str] = []
    faults: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), 1):
        address = line.strip()
        if address and not address.startswith("#"):
            place = Position(file, number, line.index(address) + 1)
            found += [part.text for part in [_read(address, faults, place)] if part is not None]
    if not found and not faults:
        faults.append(error("the file lists no address", "write one a line: aws_vpc.this", Position(file)))
    if faults:
        raise DiagnosticError(*faults)
    return tuple(found)


def _read(text: str, faults: list[Diagnostic], place: Position | None = None) -> PartAddress | None:
    try:
        return read_part_address(text)
    except AddressTextError as fault:
        at = "" if fault.offset == 0 else f", from character {fault.offset + 1} on"
        if text.startswith(_PREFIX):
            why, at = f"leave out '{_PREFIX}'", ""
        else:
            why = fault.why
        faults.append(
            error(f"'{visible(text)}' is no address of a resource or module{at}: {why}", _ADVICE, place)
        )
        return None
