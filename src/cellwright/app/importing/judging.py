"""Asks the fleet's own check about the files that are to be written; units that it refuses are off.

A fleet that `cellwright check` refuses can't be used at all; one with units that are off can, step by step.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from cellwright.fleet.load.entry import with_planned
from cellwright.fleet.load.fleet_load import FleetLoad
from cellwright.foreign.fleet_files import WrittenFleet, fleet_of
from cellwright.foreign.order import LEVEL
from cellwright.foreign.tree import ForeignTree, ForeignUnit
from cellwright.model.diagnostic import Diagnostic, Severity, error
from cellwright.stacks.catalogue import Catalogue

_ROUNDS = 20
"""A unit that is off takes its outputs from others, which may then be refused, too."""
_CELLS_AT_END = re.compile(rf" \({LEVEL}/[^()]*\)$")
_ADDRESS = re.compile(rf"{LEVEL}/[\w-]+/[\w-]+")
_OF_STACKS = frozenset({"stacks", "states"})
"""Settings whose keys are names of stacks."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The lines of a document that are about a stack, or about one input of it."""

    first: int
    last: int
    stack: str
    input: str = ""


def judged_fleet(
    tree: ForeignTree, name: str, target: Path, cache: Path, environment: Mapping[str, str]
) -> WrittenFleet:
    """Give the fleet of a tree such that the check finds no error; one that is left is in its notes."""
    catalogue = Catalogue(target, cache, environment)
    for _ in range(_ROUNDS):
        fleet = fleet_of(tree, name, target)
        faults = _faults(fleet, target, catalogue)
        units = _mended(tree, fleet, faults)
        if units == tree.units:
            break
        tree = replace(tree, units=units)
    left = (error(f"`cellwright check` refuses the fleet: {item.summary}", item.detail) for item in faults)
    return replace(fleet, notes=(*fleet.notes, *left))


def _faults(fleet: WrittenFleet, target: Path, catalogue: Catalogue) -> tuple[Diagnostic, ...]:
    load = FleetLoad(with_planned(target, fleet.files), catalogue.contract, None)
    return tuple(item for item in load.fleet().diagnostics if item.severity is Severity.ERROR)


def _mended(
    tree: ForeignTree, fleet: WrittenFleet, faults: tuple[Diagnostic, ...]
) -> tuple[ForeignUnit, ...]:
    """Switch off the units that faults are about, and leave out inputs at which they stand nevertheless."""
    keys = {address: key for key, address in fleet.addresses.items()}
    places = {path: tuple(_places(text)) for path, text in fleet.files.items() if path.endswith(".yaml")}
    units = {unit.key: unit for unit in tree.units}
    for fault in faults:
        plain = replace(fault, summary=_CELLS_AT_END.sub("", fault.summary), position=None)
        place = _place(fault, places)
        for key in (keys[address] for address in _addresses(fault, place, keys)):
            unit = units[key]
            if key in fleet.on and plain not in unit.refused:
                units[key] = replace(unit, refused=(*unit.refused, plain))
            elif key not in fleet.on and place is not None and place.input in unit.inputs:
                units[key] = replace(unit, unfit={**unit.unfit, place.input: plain})
    return tuple(units.values())


def _place(fault: Diagnostic, places: Mapping[str, tuple[_Place, ...]]) -> _Place | None:
    """Give the innermost place of a stack in which a fault stands."""
    position = fault.position
    file, line = (position.file, position.line or 0) if position is not None else ("", 0)
    found = [place for place in places.get(file, ()) if place.first <= line <= place.last]
    return found[-1] if found else None


def _addresses(fault: Diagnostic, place: _Place | None, known: Collection[str]) -> list[str]:
    """Tell which units a fault is about: that of the place, those of the stack there, or those it names."""
    if place is not None and fault.position is not None:
        file = Path(fault.position.file)
        cell = file.stem if file.parent.name == LEVEL else None
        of_stack = [item for item in known if item.rpartition("/")[2] == place.stack]
        found = [item for item in of_stack if cell is None or item == f"{LEVEL}/{cell}/{place.stack}"]
        if found:
            return found
    return [item for item in _ADDRESS.findall(fault.summary) if item in known]


def _places(text: str) -> Iterator[_Place]:
    """Yield what a document says of each stack, and within it of each input."""
    below = [yaml.compose(text, yaml.CSafeLoader)]
    while below:
        node = below.pop()
        if isinstance(node, yaml.SequenceNode):
            below.extend(node.value)
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if key.value not in _OF_STACKS or not isinstance(value, yaml.MappingNode):
                below.append(value)
                continue
            for first, last, stack, entry in _entries(value):
                yield _Place(first, last, stack)
                if isinstance(entry, yaml.MappingNode):
                    yield from (_Place(start, end, stack, name) for start, end, name, _ in _entries(entry))


def _entries(node: yaml.MappingNode) -> Iterator[tuple[int, int, str, yaml.Node]]:
    """Yield the entries of a mapping with their first and last lines."""
    starts = [key.start_mark.line + 1 for key, _ in node.value]
    ends = [*(start - 1 for start in starts[1:]), node.end_mark.line + 1]
    for (key, value), first, last in zip(node.value, starts, ends, strict=True):
        yield first, max(first, last), str(key.value), value
