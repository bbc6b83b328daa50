"""Which version of its stack each unit was applied with, and which one its settings want now."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.fleet import Units
from cellwright.fleet.load.unit_table import UnitTable
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import StackPin
from cellwright.stacks.source.address import GitSource, parse_source

FOLDER = "current files"
"""The version of a stack that lies in the fleet's repository: its files as they are now."""
OLDER_FILES = "older files"
_LABEL = re.compile(r"(?:.*\?ref=(?P<ref>[^ ]+)|.*?)(?: \((?P<commit>[0-9a-f]+)\))?\Z")


@dataclass(frozen=True, slots=True)
class StackVersion:
    """Units of one stack with the same versions."""

    level: str
    stack: str
    applied: str | None
    """As people call it: a tag, a branch with its commit; None: never applied."""
    wanted: str
    same: bool
    """What was applied is what is wanted, byte for byte."""
    units: tuple[UnitAddress, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    digest: str


def stack_versions(
    snapshot: Snapshot, chosen: Collection[UnitAddress], applied: Mapping[str, tuple[str, str]]
) -> tuple[StackVersion, ...]:
    """Group the chosen units by stack, applied and wanted version; the largest group of a stack first.

    Args:
        snapshot: the fleet.
        chosen: units that are enabled, or were applied.
        applied: by unit, the digest and the label of the source that was applied.
    """
    pins: dict[StackPin, _Wanted | None] = {}
    groups: dict[tuple[str, str], dict[tuple[str | None, str, bool], list[UnitAddress]]] = {}
    for address, pin in _pins(snapshot, chosen):
        if pin not in pins:
            pins[pin] = _wanted(snapshot, pin)
        wanted = pins[pin]
        if wanted is not None:
            key = _versions(applied.get(str(address)), wanted)
            groups.setdefault((address.level, address.stack), {}).setdefault(key, []).append(address)
    return tuple(
        StackVersion(level, stack, applied_, wanted_, same, tuple(units))
        for (level, stack), found in groups.items()
        for (applied_, wanted_, same), units in sorted(found.items(), key=lambda item: -len(item[1]))
    )


def _pins(snapshot: Snapshot, chosen: Collection[UnitAddress]) -> Iterator[tuple[UnitAddress, StackPin]]:
    """Yield the chosen units that are enabled with their pins, by level and stack as the fleet has them."""
    by_stack: dict[tuple[str, str], list[tuple[UnitAddress, StackPin]]] = {}
    for address, pin in _enabled(snapshot.fleet.units, frozenset(chosen)):
        by_stack.setdefault((address.level, address.stack), []).append((address, pin))
    for level in snapshot.fleet.levels:
        for stack in level.stacks:
            yield from by_stack.get((level.name, stack), ())


def _enabled(units: Units, chosen: frozenset[UnitAddress]) -> Iterator[tuple[UnitAddress, StackPin]]:
    """Read pins from summaries: no cell is resolved for them."""
    summaries = units.summaries if isinstance(units, UnitTable) else {}
    for cell, summary in sorted(summaries.items()):
        for unit in summary.units:
            address = UnitAddress(cell.level, cell.cell, unit.stack)
            if unit.enabled and address in chosen:
                yield address, unit.pin


def _wanted(snapshot: Snapshot, pin: StackPin) -> _Wanted | None:
    try:
        tree = snapshot.stacks.catalogue.tree(pin)
        source = parse_source(pin.source, pin.version)
    except DiagnosticError:  # said by `check`
        return None
    name = (source.ref or "the default branch") if isinstance(source, GitSource) else FOLDER
    return _Wanted(name, tree.digest)


def _versions(applied: tuple[str, str] | None, wanted: _Wanted) -> tuple[str | None, str, bool]:
    if applied is None:
        return None, wanted.name, False
    digest, label = applied
    if digest == wanted.digest:
        return wanted.name, wanted.name, True
    found = _LABEL.match(label)
    ref, commit = (found["ref"], found["commit"]) if found else (None, None)
    if ref is None and commit is None:
        return OLDER_FILES, wanted.name, False
    name = ref or "the default branch"
    return f"{name} ({commit})" if commit and name == wanted.name else name, wanted.name, False
