"""Statuses without settings: by cells' summaries, remembered digests of settings, and the ledger's rows.

The decision is `unit_status`; here its questions are answered from digests. A unit for which these are not
enough is left to the caller, who has to resolve it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from cellwright.fleet.resolve.cell_summary import CellSummary, Target, UnitSummaries, UnitSummary
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.runs.change import Reason, Status, UnitStatus
from cellwright.model.unit import Backend, StackPin, Unit
from cellwright.planning.fingerprint import StackFacts, combined
from cellwright.planning.reasons import source_reason
from cellwright.planning.unit_status import (
    SettingsNeeded,
    is_as_applied,
    removed,
    state_difference,
    unit_status,
)

Digests: TypeAlias = tuple[str | None, ...]
"""The digest of the settings of each of a cell's units, if known."""

RememberedCell: TypeAlias = tuple[bytes, tuple[bytes, ...], bytes, Digests]
"""A cell's key, its unit digests, the digest of the outputs that it takes, and its settings' digests."""

_DIGEST_BYTES = 20
_LOCAL = "local"


class RecordedHead(Protocol):
    """A unit's head as the ledger has it: see `AppliedHead`."""

    @property
    def fingerprint(self) -> str | None:
        """Of the last apply that succeeded."""

    @property
    def failed(self) -> str | None:
        """Of the last apply if it failed."""

    @property
    def lineage(self) -> str | None:
        """The recorded state's lineage."""

    @property
    def serial(self) -> int | None:
        """The recorded state's serial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRows:
    """The ledger's rows, by unit address as text: most are never turned into values."""

    heads: Mapping[str, RecordedHead]
    outputs: Mapping[str, str]
    """Each unit's outputs as the ledger's text: other outputs have another text."""
    sources: Callable[[], Mapping[str, tuple[str, str]]]
    """Each applied unit's source digest and label; asked for when a source has changed."""


@dataclass(slots=True)
class SettingsMemory:
    """Digests of cells' settings from earlier evaluations; new ones are added."""

    known: dict[tuple[str, str], RememberedCell]
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickStatus:
    """Tells statuses without looking at what units are set to."""

    cells: Mapping[CellAddress, CellSummary]
    rows: LedgerRows
    memory: SettingsMemory
    stacks: Callable[[StackPin], StackFacts]
    state_mark: Callable[[Unit], StateMark | None] | None
    """The state of a unit with the `local` backend; None where states can't be seen without Terraform."""
    layouts: dict[int, "_Layout"] = field(default_factory=dict)
    """By identity of unit summaries, which live as long as the cells' summaries."""

    def all_statuses(self) -> Iterator[UnitStatus | UnitAddress]:
        """The statuses of all units of fleet and ledger, by address; an address where settings are needed."""
        gone = self._gone()
        for cell in sorted({(item.level, item.cell) for item in self.cells} | gone.keys()):
            yield from self._cell_statuses(*cell, gone.get(cell), everything=True)

    def statuses(self, chosen: Iterable[UnitAddress]) -> Iterator[UnitStatus | UnitAddress]:
        """As `all_statuses`, for some units."""
        by_cell: dict[tuple[str, str], list[str]] = {}
        for unit in chosen:
            by_cell.setdefault((unit.level, unit.cell), []).append(unit.stack)
        for cell, stacks in sorted(by_cell.items()):
            yield from self._cell_statuses(*cell, stacks, everything=False)

    def remember(self, address: CellAddress, digests: Mapping[str, str | None]) -> None:
        """Remember digests of settings, by stack, of units that had to be resolved."""
        summary = self.cells[address]
        if not summary.key:
            return
        outputs = self._cell(summary).outputs_digest()
        before = self._remembered(summary, outputs)
        units = summary.units
        now = tuple(digests.get(unit.stack, digest) for unit, digest in zip(units, before, strict=True))
        remembered = (summary.key, summary.unit_digests, outputs, now)
        key = (address.level, address.cell)
        if self.memory.known.get(key) != remembered:
            self.memory.known[key] = remembered
            self.memory.changed = True

    def stack(self, layout: "_Layout", index: int) -> StackFacts:
        """The stack of a unit."""
        found = layout.stacks[index]
        if found is None:
            found = layout.stacks[index] = self.stacks(layout.units[index].pin)
        return found

    def _gone(self) -> dict[tuple[str, str], list[str]]:
        """The stacks, by cell, of the units that the ledger knows and the fleet does not."""
        known = {
            f"{cell.level}/{cell.cell}/{unit.stack}"
            for cell, summary in self.cells.items()
            for unit in summary.units
        }
        found: dict[tuple[str, str], list[str]] = {}
        for text in self.rows.heads.keys() - known:
            level, cell, stack = text.split("/")
            found.setdefault((level, cell), []).append(stack)
        return found

    def _cell_statuses(
        self, level: str, name: str, stacks: Sequence[str] | None, *, everything: bool
    ) -> Iterator[UnitStatus | UnitAddress]:
        """The statuses of a cell's units of some stacks; with `everything`, of all that it has besides."""
        summary = self.cells.get(CellAddress(level, name))
        if summary is None:
            for stack in sorted(stacks or ()):
                if f"{level}/{name}/{stack}" in self.rows.heads:
                    yield removed(UnitAddress(level, name, stack), None)
            return
        cell = self._cell(summary)
        digests = self._remembered(summary, cell.outputs_digest())
        in_order: Sequence[str] = cell.layout.in_order if everything else ()
        if stacks is not None:
            in_order = sorted((*in_order, *stacks))
        for stack in in_order:
            address = UnitAddress(level, name, stack)
            row = self.rows.heads.get(cell.prefix + stack)
            index = cell.layout.index.get(stack)
            if index is None or not summary.units[index].enabled:
                if row is not None:
                    yield removed(address, None if index is None else summary.cell.position)
                continue
            digest = digests[index]
            if row is not None and digest is not None and self._is_up_to_date(cell, index, row, digest):
                yield UnitStatus(address, Status.UP_TO_DATE)
                continue
            try:
                yield unit_status(_RememberedUnit(address, cell, index, row, digest), row)
            except SettingsNeeded:
                yield address

    def _is_up_to_date(self, cell: "_Cell", index: int, row: RecordedHead, digest: str) -> bool:
        """The common case, told with the same predicate and no view: as applied, and no state to look at."""
        return (
            not cell.unapplied
            and (self.state_mark is None or row.lineage is None)
            and is_as_applied(row, combined(self.stack(cell.layout, index).digest, digest))
        )

    def _cell(self, summary: CellSummary) -> "_Cell":
        layout = self.layouts.get(id(summary.units))
        if layout is None:
            layout = self.layouts[id(summary.units)] = _layout(summary.units)
        return _Cell(self, summary, layout)

    def _remembered(self, cell: CellSummary, outputs_digest: bytes) -> Digests:
        """The remembered digests that are still valid."""
        known = self.memory.known.get((cell.address.level, cell.address.cell))
        if known is None or known[0] != cell.key or known[2] != outputs_digest:
            return (None,) * len(cell.units)
        _, unit_digests, _, digests = known
        if unit_digests == cell.unit_digests:
            return digests
        return tuple(
            digest if before == now else None
            for before, now, digest in zip(unit_digests, cell.unit_digests, digests, strict=True)
        )


@dataclass(frozen=True, slots=True)
class _Layout:
    """What cells with the same units have in common."""

    units: UnitSummaries
    in_order: tuple[str, ...]
    """The units' stacks, sorted."""
    index: Mapping[str, int]
    """A unit's index, by its stack."""
    upstreams: tuple[Target, ...]
    """The units on which units of the cell depend."""
    taken: tuple[Target, ...]
    """The units whose outputs the cell takes."""
    targets: tuple[Target, ...]
    """Both."""
    stacks: list[StackFacts | None]
    """Each unit's stack, once it was asked for."""


def _layout(units: UnitSummaries) -> _Layout:
    index = {unit.stack: number for number, unit in enumerate(units)}
    upstreams = {target for unit in units for target in unit.upstreams}
    taken = {target for unit in units for target, _ in unit.uses}
    return _Layout(
        units=units,
        in_order=tuple(sorted(index)),
        index=index,
        upstreams=tuple(upstreams),
        taken=tuple(sorted(taken)),
        targets=tuple(upstreams | taken),
        stacks=[None] * len(units),
    )


class _Cell:
    """A cell with the ledger's rows of the units that its units depend on."""

    __slots__ = ("_texts", "layout", "prefix", "quick", "summary", "unapplied")

    def __init__(self, quick: QuickStatus, summary: CellSummary, layout: _Layout) -> None:
        self.quick = quick
        self.summary = summary
        self.layout = layout
        self.prefix = f"{summary.address.level}/{summary.address.cell}/"
        prefixes = {level: f"{level}/{cell}/" for level, cell in summary.lower_cells}
        prefixes[""] = self.prefix
        self._texts = {
            target: (f"{target[0]}/{target[1]}/" if target[1] else prefixes[target[0]]) + target[2]
            for target in layout.targets
        }
        heads = quick.rows.heads
        self.unapplied = frozenset(
            target
            for target in layout.upstreams
            if (row := heads.get(self._texts[target])) is None or row.fingerprint is None
        )

    def outputs_digest(self) -> bytes:
        """The digest of the outputs of the units whose outputs the cell takes."""
        outputs = self.quick.rows.outputs
        # JSON holds no line feed and is never empty, so no two lists of texts give the same line.
        texts = "\n".join([outputs.get(self._texts[target], "") for target in self.layout.taken])
        return hashlib.blake2b(texts.encode(), digest_size=_DIGEST_BYTES).digest()


class _RememberedUnit:
    """A unit by the remembered digest of its settings, as a `UnitView`."""

    __slots__ = ("_cell", "_digest", "_index", "_row", "address")

    def __init__(
        self, address: UnitAddress, cell: _Cell, index: int, row: RecordedHead | None, digest: str | None
    ) -> None:
        self.address = address
        self._cell = cell
        self._index = index
        self._row = row
        self._digest = digest

    def unapplied(self) -> Sequence[UnitAddress]:
        cell = self._cell
        if not cell.unapplied:
            return ()
        return [
            cell.summary.locate(target)
            for target in cell.layout.units[self._index].upstreams
            if target in cell.unapplied
        ]

    def fingerprint(self) -> str:
        if self._digest is None:
            raise SettingsNeeded
        return combined(self._stack.digest, self._digest)

    def differences(self) -> tuple[Reason, ...]:
        """The source, if nothing else differs."""
        source, label = self._cell.quick.rows.sources().get(str(self.address), ("", ""))
        if (
            self._row is None
            or self._digest is None
            or combined(source, self._digest) != self._row.fingerprint
        ):
            raise SettingsNeeded
        if source == self._stack.digest:
            return ()
        return (source_reason(self.address.stack, self._stack.label, label),)

    def state_difference(self) -> Reason | None:
        cell, row = self._cell, self._row
        state_mark = cell.quick.state_mark
        if state_mark is None or row is None or row.lineage is None or row.serial is None:
            return None
        if cell.summary.backends[self._index] is not None:
            raise SettingsNeeded
        return state_difference(StateMark(row.lineage, row.serial), state_mark(self._with_local_backend()))

    @property
    def _stack(self) -> StackFacts:
        return self._cell.quick.stack(self._cell.layout, self._index)

    def _with_local_backend(self) -> Unit:
        """As much of the unit as its state's place depends on."""
        unit: UnitSummary = self._cell.layout.units[self._index]
        return Unit(
            address=self.address,
            stack=unit.pin,
            enabled=True,
            inputs={},
            needs=(),
            backend=Backend(_LOCAL),
            environment={},
            labels={},
            position=self._cell.summary.cell.position,
        )
