"""Reads `moved_from` of stacks in fleet.yaml: which resources of another stack a stack has from now on."""

from collections.abc import Iterator, Mapping, Sequence

from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.fleet import MovedFrom
from cellwright.fleet.yaml.node import Node, find_node
from cellwright.model.diagnostic import Diagnostic, error

_KEY = "moved_from"


def moved_from(
    root: Node, level: int, stack: str, given: Mapping[str, Sequence[str]]
) -> tuple[MovedFrom, ...]:
    """Give what a stack has from others, as it is declared."""
    if not given:
        return ()
    node = find_node(root, ("levels", level, "stacks", stack, _KEY))
    return tuple(
        MovedFrom(
            source=name,
            addresses=tuple(dict.fromkeys(_written(item) for item in found)),
            position=node.key_position(name),
        )
        for name, found in sorted(given.items())
    )


def moved_faults(root: Node, section: FleetSection) -> Iterator[Diagnostic]:
    """Find moves from stacks that are not there, and addresses that are none or are given twice."""
    for index, level in enumerate(section.levels):
        taken: dict[tuple[str, str], str] = {}
        for stack, declared in level.stacks.items():
            for source, addresses in declared.moved_from.items():
                node = find_node(root, ("levels", index, "stacks", stack, _KEY))
                place = node.key_position(source)
                if source not in level.stacks or source == stack:
                    known = ", ".join(sorted(level.stacks.keys() - {stack})) or "none"
                    yield error(
                        f"'{source}' is no other stack of level {level.name}",
                        f"its stacks: {known}; one that gave all it had stays in the list until every cell "
                        "has moved it",
                        place,
                    )
                for address in addresses:
                    if why := _fault(address):
                        detail = "write a resource, an instance of it or a module: aws_db_instance.this"
                        yield error(f"'{address}' is no address of a resource{why}", detail, place)
                    other = taken.setdefault((source, _written(address)), stack)
                    if other != stack:
                        yield error(
                            f"{address} of '{source}' goes to '{other}' and to '{stack}'",
                            "leave it with one of the two",
                            place,
                        )


def _fault(address: str) -> str:
    """Say why it is no address of what a state holds; empty if it is one."""
    # Imported when it is needed: few fleets move resources, and every command reads this file.
    from cellwright.model.text.resource_address import AddressTextError, read_part_address  # noqa: PLC0415

    try:
        part = read_part_address(address)
    except AddressTextError as fault:
        return f": {fault.why}, from character {fault.offset + 1} on"
    return "" if part.is_managed or part.is_module else ": a state keeps nothing of it"


def _written(address: str) -> str:
    """Give an address as the programs write it, by which states name what they hold."""
    from cellwright.model.text.resource_address import AddressTextError, read_part_address  # noqa: PLC0415  as above

    try:
        return read_part_address(address).text
    except AddressTextError:
        return address  # told of by `moved_faults`
