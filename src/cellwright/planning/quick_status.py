"""Statuses without settings: by cells' summaries, remembered digests of settings, and the ledger's rows.

The decision is `unit_status`; here its questions are answered from digests. A unit for which these are not
enough is left to the caller, who has to resolve it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from cellwright.fleet.resolve.cell_summary import CellFacts, Shape, Target, UnitShape
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.change import Reason, UnitStatus
from cellwright.model.unit import Backend, StackPin, Unit
from cellwright.planning.fingerprint import StackFacts, combined
from cellwright.planning.reasons import source_reason
from cellwright.planning.unit_status import SettingsNeeded, removed, state_difference, unit_status

Digests: TypeAlias = tuple[str | None, ...]
"""The digest of the settings of each of a cell's units, if known."""

RememberedCell: TypeAlias = tuple[bytes, tuple[bytes, ...], bytes, Digests]
"""A cell's key, its units' marks, the digest of the outputs that it takes, and its settings' digests."""

_DIGEST_BYTES = 20
_LOCAL = "local"


class HeadRow(Protocol):
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

    heads: Mapping[str, HeadRow]
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

    cells: Mapping[CellAddress, CellFacts]
    rows: LedgerRows
    memory: SettingsMemory
    stacks: Callable[[StackPin], StackFacts]
    state_mark: Callable[[Unit], StateMark | None] | None
    """The state of a unit with the `local` backend; None where states can't be seen without Terraform."""
    layouts: dict[int, "_Layout"] = field(default_factory=dict)
    """By a shape's identity: shapes live as long as the summaries."""

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
        shape = summary.shape
        now = tuple(digests.get(unit.stack, digest) for unit, digest in zip(shape, before, strict=True))
        remembered = (summary.key, summary.marks, outputs, now)
        key = (address.level, address.cell)
        if self.memory.known.get(key) != remembered:
            self.memory.known[key] = remembered
            self.memory.changed = True

    def stack(self, layout: "_Layout", index: int) -> StackFacts:
        """The stack of a unit."""
        found = layout.stacks[index]
        if found is None:
            found = layout.stacks[index] = self.stacks(layout.shape[index].pin)
        return found

    def _gone(self) -> dict[tuple[str, str], list[str]]:
        """The stacks, by cell, of the units that the ledger knows and the fleet does not."""
        known = {
            f"{cell.level}/{cell.cell}/{unit.stack}"
            for cell, summary in self.cells.items()
            for unit in summary.shape
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
            if index is None or not summary.shape[index].enabled:
                if row is not None:
                    yield removed(address, None if index is None else summary.cell.position)
                continue
            try:
                yield unit_status(_RememberedUnit(address, cell, index, row, digests[index]), row)
            except SettingsNeeded:
                yield address

    def _cell(self, summary: CellFacts) -> "_Cell":
        layout = self.layouts.get(id(summary.shape))
        if layout is None:
            layout = self.layouts[id(summary.shape)] = _layout(summary.shape)
        return _Cell(self, summary, layout)

    def _remembered(self, cell: CellFacts, outputs_digest: bytes) -> Digests:
        """The remembered digests that are still valid."""
        known = self.memory.known.get((cell.address.level, cell.address.cell))
        if known is None or known[0] != cell.key or known[2] != outputs_digest:
            return (None,) * len(cell.shape)
        _, marks, _, digests = known
        if marks == cell.marks:
            return digests
        return tuple(
            digest if before == now else None
            for before, now, digest in zip(marks, cell.marks, digests, strict=True)
        )


@dataclass(frozen=True, slots=True)
class _Layout:
    """What cells with the same units have in common."""

    shape: Shape
    in_order: tuple[str, ...]
    """The units' stacks, sorted."""
    index: Mapping[str, int]
    """A unit's place in the shape, by its stack."""
    upstreams: tuple[Target, ...]
    """The units on which units of the cell depend."""
    taken: tuple[Target, ...]
    """The units whose outputs the cell takes."""
    stacks: list[StackFacts | None]
    """Each unit's stack, once it was asked for."""


def _layout(shape: Shape) -> _Layout:
    index = {unit.stack: number for number, unit in enumerate(shape)}
    return _Layout(
        shape=shape,
        in_order=tuple(sorted(index)),
        index=index,
        upstreams=tuple({target for unit in shape for target in unit.upstreams}),
        taken=tuple(sorted({target for unit in shape for target, _ in unit.uses})),
        stacks=[None] * len(shape),
    )


class _Cell:
    """A cell with the ledger's rows of the units that its units depend on."""

    __slots__ = ("_ground", "layout", "prefix", "quick", "summary", "unapplied")

    def __init__(self, quick: QuickStatus, summary: CellFacts, layout: _Layout) -> None:
        self.quick = quick
        self.summary = summary
        self.layout = layout
        self.prefix = f"{summary.address.level}/{summary.address.cell}/"
        self._ground = dict(summary.ground)
        heads = quick.rows.heads
        self.unapplied = frozenset(
            target
            for target in layout.upstreams
            if (row := heads.get(self._locate(target))) is None or row.fingerprint is None
        )

    def outputs_digest(self) -> bytes:
        """The digest of the outputs of the units whose outputs the cell takes."""
        outputs = self.quick.rows.outputs
        # JSON holds no line feed and is never empty, so no two lists of texts give the same line.
        texts = "\n".join([outputs.get(self._locate(target), "") for target in self.layout.taken])
        return hashlib.blake2b(texts.encode(), digest_size=_DIGEST_BYTES).digest()

    def _locate(self, target: Target) -> str:
        """The address, as text, of a unit that one of the cell's units names."""
        level, cell, stack = target
        if not level:
            return self.prefix + stack
        return f"{level}/{cell or self._ground[level]}/{stack}"


class _RememberedUnit:
    """A unit by the remembered digest of its settings, as a `UnitView`."""

    __slots__ = ("_cell", "_digest", "_index", "_row", "address")

    def __init__(
        self, address: UnitAddress, cell: _Cell, index: int, row: HeadRow | None, digest: str | None
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
            for target in cell.layout.shape[self._index].upstreams
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
        state_mark, row, cell = self._cell.quick.state_mark, self._row, self._cell
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
        shape: UnitShape = self._cell.layout.shape[self._index]
        return Unit(
            address=self.address,
            stack=shape.pin,
            enabled=True,
            inputs={},
            needs=(),
            backend=Backend(_LOCAL),
            environment={},
            labels={},
            position=self._cell.summary.cell.position,
        )
