"""Reads `moved_from` of stacks in fleet.yaml: which resources of another stack a stack has from now on."""

import re
from collections.abc import Iterator, Mapping, Sequence

from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.fleet import MovedFrom
from cellwright.fleet.yaml.node import Node, find_node
from cellwright.model.diagnostic import Diagnostic, error

_KEY = "moved_from"
_ADDRESS = re.compile(r"(module\.[\w-]+|[a-z][\w-]*\.[\w-]+)([.\[].*)?\Z")


def moved_from(
    root: Node, level: int, stack: str, given: Mapping[str, Sequence[str]]
) -> tuple[MovedFrom, ...]:
    """Give what a stack has from others, as it is declared."""
    if not given:
        return ()
    node = find_node(root, ("levels", level, "stacks", stack, _KEY))
    return tuple(
        MovedFrom(source=name, addresses=tuple(dict.fromkeys(found)), position=node.key_position(name))
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
                    if not _ADDRESS.match(address) or address.startswith("data."):
                        detail = "write a resource, an instance of it or a module: aws_db_instance.this"
                        yield error(f"'{address}' is no address of a resource", detail, place)
                    other = taken.setdefault((source, address), stack)
                    if other != stack:
                        yield error(
                            f"{address} of '{source}' goes to '{other}' and to '{stack}'",
                            "leave it with one of the two",
                            place,
                        )
