"""Compares two loaded fleets. What cells are made from says for most of them that nothing differs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.app.fleet.comparing.alike import AlikeChanges, ChangesByStack
from cellwright.app.fleet.comparing.change import (
    CellGroup,
    Change,
    ChangeGroup,
    ChangeKind,
    Side,
    Subject,
    UnitChange,
)
from cellwright.app.fleet.comparing.sides import Loaded
from cellwright.app.fleet.comparing.units import StackFiles, UnitComparison
from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.fleet import Cell
from cellwright.fleet.load.unit_table import UnitTable, unit_table
from cellwright.fleet.resolve.cell_summary import CellSummary, UnitSummaries
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.unit import Unit


@dataclass(frozen=True, slots=True)
class FoundChanges:
    """What differs between two fleets, not yet grouped."""

    new_cells: Mapping[CellAddress, int]
    gone_cells: Mapping[CellAddress, int]
    cells: tuple[tuple[CellAddress, tuple[Change, ...]], ...]
    units: tuple[UnitChange, ...]
    unchanged: int


def compare(before: Loaded, after: Loaded, wanted: Iterable[CellAddress]) -> FoundChanges:
    """Compare the wanted cells of two fleets, in the order in which they are given."""
    return _Comparison(before, after).run(wanted)


def changed_policies(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """Name the files of policies that came, went or differ."""
    old = {module.path: module.source for module in before.policies.modules}
    new = {module.path: module.source for module in after.policies.modules}
    return tuple(sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path)))


def grouped(changes: Iterable[UnitChange]) -> tuple[ChangeGroup, ...]:
    """Put units together for which the same differs; in the order of their first units.

    First the units of one stack; then those stacks for which the same differs in the same cells.
    """
    by_stack: dict[tuple[str, str, ChangeKind, tuple[Change, ...]], list[UnitChange]] = {}
    for item in changes:
        key = (item.unit.level, item.unit.stack, item.kind, item.changes)
        by_stack.setdefault(key, []).append(item)
    alike: dict[object, list[UnitChange]] = {}
    for items in by_stack.values():
        cells = tuple(item.unit.of_cell for item in items)
        alike.setdefault((items[0].kind, items[0].changes, cells), []).extend(items)
    return tuple(
        ChangeGroup(kind=items[0].kind, units=tuple(item.unit for item in items), changes=_common(items))
        for items in alike.values()
    )


def grouped_cells(changes: Iterable[tuple[CellAddress, tuple[Change, ...]]]) -> tuple[CellGroup, ...]:
    """Put cells of one level together whose own keys differ in the same way."""
    groups: dict[tuple[str, tuple[Change, ...]], list[CellAddress]] = {}
    for cell, found in changes:
        groups.setdefault((cell.level, found), []).append(cell)
    return tuple(CellGroup(cells=tuple(cells), changes=found) for (_, found), cells in groups.items())


def _common(items: list[UnitChange]) -> tuple[Change, ...]:
    """Give the changes of a group; with the line that decides for the first, if one file does for all."""
    first = items[0].changes
    if all(
        _file(change) == _file(other)
        for item in items[1:]
        for change, other in zip(first, item.changes, strict=True)
    ):
        return first
    return tuple(Change(item.subject, item.path, item.before, item.after) for item in first)


def _file(change: Change) -> str | None:
    return change.position.file if change.position is not None else None


@dataclass
class _Comparison:
    before: Loaded
    after: Loaded
    files: dict[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By the identity of unit summaries, which the fleets keep alive: stacks with other files, and which."""

    def __post_init__(self) -> None:
        before, after = self.before.snapshot, self.after.snapshot
        self._old, self._new = unit_table(before.fleet), unit_table(after.fleet)
        self._stacks = StackFiles(before.stacks, after.stacks)
        self._comparison = UnitComparison(before, after, self._stacks)
        self._alike = AlikeChanges(self._old, self._new)

    def run(self, wanted: Iterable[CellAddress]) -> FoundChanges:
        new_cells, gone_cells = {}, {}
        cells: list[tuple[CellAddress, tuple[Change, ...]]] = []
        units: list[UnitChange] = []
        unchanged = 0
        for cell in wanted:
            old, new = self._old.summaries.get(cell), self._new.summaries.get(cell)
            if old is not None and new is not None:
                found = list(self._cell(old, new))
                units.extend(found)
                unchanged += _enabled_on_both(old.units, new.units) - sum(
                    item.kind is ChangeKind.CHANGED for item in found
                )
                if old.cell.settings != new.cell.settings:
                    cells.extend(self._keys(old.cell, new.cell))
            elif new is not None:
                new_cells[cell] = _enabled(new.units)
            elif old is not None:
                gone_cells[cell] = _enabled(old.units)
        return FoundChanges(new_cells, gone_cells, tuple(cells), tuple(units), unchanged)

    def _keys(self, before: Cell, after: Cell) -> Iterator[tuple[CellAddress, tuple[Change, ...]]]:
        if found := self._comparison.cell(before, after):
            yield after.address, found

    def _cell(self, old: CellSummary, new: CellSummary) -> Iterator[UnitChange]:
        address, stacks = new.address, _maybe_changed(old, new)
        other_files = dict(self._changed_files(new.units))
        found = self._units(old, new, stacks) if stacks else {}
        for stack in _in_order(old, new) if found or other_files else ():
            unit = UnitAddress(address.level, address.cell, stack)
            if stack in found:
                kind, changes = found[stack]
                yield UnitChange(unit, kind, changes)
            elif stack in other_files and stack not in stacks:
                change = Change(Subject.FILES, "files", None, Side.of(other_files[stack]))
                yield UnitChange(unit, ChangeKind.CHANGED, (change,))

    def _units(self, old: CellSummary, new: CellSummary, stacks: frozenset[str]) -> ChangesByStack:
        """Give what became of the units of some stacks that differ."""
        alike = self._alike.class_of(old, new, stacks)
        if alike is not None and (known := self._alike.known(alike)) is not None:
            return known
        before = _units_of(self.before, self._old, old.address, stacks)
        after = _units_of(self.after, self._new, new.address, stacks)
        every = ((stack, self._unit(before.get(stack), after.get(stack), new.cell.path)) for stack in stacks)
        found = {stack: change for stack, change in every if change is not None}
        if alike is not None:
            self._alike.learn(alike, before, after, found)
        return found

    def _changed_files(self, units: UnitSummaries) -> tuple[tuple[str, str], ...]:
        """Give the enabled units whose stacks' files differ, and which files."""
        if id(units) not in self.files:
            found = ((item.stack, self._stacks.changed(item.pin)) for item in units if item.enabled)
            self.files[id(units)] = tuple((stack, files) for stack, files in found if files)
        return self.files[id(units)]

    def _unit(
        self, before: Unit | None, after: Unit | None, own_file: str
    ) -> tuple[ChangeKind, tuple[Change, ...]] | None:
        was = before if before is not None and before.enabled else None
        now = after if after is not None and after.enabled else None
        if was is not None and now is not None:
            changes = self._comparison.unit(was, now, own_file)
            return (ChangeKind.CHANGED, changes) if changes else None
        if now is not None:
            return (ChangeKind.ADDED if before is None else ChangeKind.SWITCHED_ON), ()
        if was is not None:
            return (ChangeKind.REMOVED if after is None else ChangeKind.SWITCHED_OFF), ()
        return None


def _units_of(
    side: Loaded, table: UnitTable, cell: CellAddress, stacks: frozenset[str]
) -> Mapping[str, Unit]:
    kept = side.units.get(cell, {})
    if stacks <= kept.keys():
        return {stack: kept[stack] for stack in stacks}
    return {unit.address.stack: unit for unit in table.of_stacks(cell, stacks)}


def _maybe_changed(old: CellSummary, new: CellSummary) -> frozenset[str]:
    """Give the stacks of a cell whose units may differ in their settings."""
    one = old.units is new.units and old.unit_digests is new.unit_digests and old.backends is new.backends
    if one and old.key and old.key == new.key:  # one load has it from the other
        return frozenset()
    stacks = frozenset(unit.stack for unit in (*old.units, *new.units))
    if not old.key or old.key != new.key or old.backends != new.backends:
        return stacks
    digests = dict(zip((unit.stack for unit in old.units), old.unit_digests, strict=True))
    now = dict(zip((unit.stack for unit in new.units), new.unit_digests, strict=True))
    listed = {unit.stack: unit for unit in old.units}
    listed_now = {unit.stack: unit for unit in new.units}
    return frozenset(
        stack
        for stack in stacks
        if digests.get(stack) != now.get(stack) or listed.get(stack) != listed_now.get(stack)
    )


def _enabled(units: UnitSummaries) -> int:
    return sum(unit.enabled for unit in units)


def _enabled_on_both(old: UnitSummaries, new: UnitSummaries) -> int:
    before = {unit.stack for unit in old if unit.enabled}
    return sum(unit.enabled and unit.stack in before for unit in new)


def _in_order(old: CellSummary, new: CellSummary) -> Iterable[str]:
    return dict.fromkeys(unit.stack for unit in (*new.units, *old.units))
