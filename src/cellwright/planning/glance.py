"""Where units stand at a glance: from cells' facts, remembered digests and the ledger's rows.

Only units that differ are looked at whole. What is told here is what `Surveyor` would tell.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

from cellwright.fleet.resolve.cell_summary import CellFacts, Target, UnitShape
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.change import Status, UnitStatus
from cellwright.model.unit import Backend, StackPin, Unit
from cellwright.planning.fingerprint import combined
from cellwright.planning.reasons import source_reason
from cellwright.planning.standing import HALF_DONE, StackFacts, Surveyor, removed, waiting

HeadRow: TypeAlias = tuple[str | None, str | None, str | None, int | None]
"""Fingerprint, failed fingerprint, and the state's lineage and serial."""

Digests: TypeAlias = tuple[str | None, ...]
"""The digest of the settings of each of a cell's units, if known."""

Settings: TypeAlias = tuple[bytes, tuple[bytes, ...], bytes, Digests]
"""A cell's key, its units' marks, what marks the outputs that it takes, and its digests."""

_MARK = 20
_LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The ledger as text, by address as text: most of it is never looked into."""

    heads: Mapping[str, HeadRow]
    outputs: Mapping[str, str]
    """What marks a unit's outputs: other outputs, other text."""
    sources: Callable[[], Mapping[str, tuple[str, str]]]
    """Each applied unit's source digest and label; asked for when a source changed."""


@dataclass(slots=True)
class Memory:
    """Digests of units' settings from before, by cell; what is found out goes in too."""

    known: dict[tuple[str, str], Settings]
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """Looks at a fleet without reading what its units are set to."""

    facts: Mapping[CellAddress, CellFacts]
    rows: Rows
    memory: Memory
    surveyor: Surveyor
    has_marks: bool
    """States can be looked at without Terraform: they are files here."""
    stacks: dict[tuple[str, str | None], StackFacts] = field(default_factory=dict)
    used: dict[int, tuple[Target, ...]] = field(default_factory=dict)
    """The units whose outputs the cells of a shape take; shapes live as long as the facts."""

    def statuses(self, chosen: Iterable[UnitAddress]) -> Iterator[UnitStatus | UnitAddress]:
        """Yield where units stand, in address order; just the address of one that takes a closer look."""
        ordered = sorted(chosen, key=_parts)
        for (level, name), group in groupby(ordered, key=lambda address: (address.level, address.cell)):
            cell = self.facts.get(CellAddress(level, name))
            if cell is None:
                yield from self._forgotten(group)
            else:
                yield from self._cell(cell, group)

    def remember(self, cell: CellAddress, digests: Mapping[str, str | None]) -> None:
        """Take what a closer look found out about a cell's settings, by stack."""
        facts = self.facts[cell]
        if not facts.key:
            return
        key, mark = (cell.level, cell.cell), self._mark(facts, _CellLook(facts))
        before = self._remembered(facts, mark)
        now = tuple(digests.get(unit.stack, digest) for unit, digest in zip(facts.shape, before, strict=True))
        settings = (facts.key, facts.marks, mark, now)
        if self.memory.known.get(key) != settings:
            self.memory.known[key] = settings
            self.memory.changed = True

    def _remembered(self, cell: CellFacts, mark: bytes) -> Digests:
        """Give the digests that still hold; `mark` is that of the outputs that the cell takes."""
        known = self.memory.known.get((cell.address.level, cell.address.cell))
        if known is None or known[0] != cell.key or known[2] != mark:
            return (None,) * len(cell.shape)
        _, marks, _, digests = known
        if marks == cell.marks:
            return digests
        return tuple(
            digest if before == now else None
            for before, now, digest in zip(marks, cell.marks, digests, strict=True)
        )

    def _forgotten(self, addresses: Iterable[UnitAddress]) -> Iterator[UnitStatus]:
        for address in addresses:
            if str(address) in self.rows.heads:
                yield removed(address, None)

    def _cell(self, cell: CellFacts, addresses: Iterable[UnitAddress]) -> Iterator[UnitStatus | UnitAddress]:
        look = _CellLook(cell)
        digests = self._remembered(cell, self._mark(cell, look))
        places = {unit.stack: index for index, unit in enumerate(cell.shape)}
        for address in addresses:
            index = places.get(address.stack)
            row = self.rows.heads.get(f"{look.prefix}{address.stack}")
            if index is None or not cell.shape[index].enabled:
                if row is not None:
                    yield removed(address, None if index is None else cell.cell.position)
                continue
            found = self._unit(address, look, cell.shape[index], row, digests[index])
            if self.has_marks and row is not None and row[2] is not None and _is_quiet(found):
                found = self._moved(address, cell, index)
            yield found

    def _unit(  # noqa: PLR0911  one way out for each thing that a unit can be
        self,
        address: UnitAddress,
        look: "_CellLook",
        shape: UnitShape,
        row: HeadRow | None,
        digest: str | None,
    ) -> UnitStatus | UnitAddress:
        missing = [text for text in look.upstreams(shape) if not _applied(self.rows.heads.get(text))]
        if missing:
            return UnitStatus(
                address, Status.BLOCKED, waiting(UnitAddress(*text.split("/")) for text in missing)
            )
        if digest is None:
            return address
        stack = self._stack(shape)
        fingerprint = combined(stack.digest, digest)
        if row is None or row[0] is None:
            failed = row is not None and row[1] == fingerprint
            return UnitStatus(address, Status.FAILED if failed else Status.NEVER_APPLIED)
        if row[1] == fingerprint:
            return address
        if row[0] != fingerprint:
            return self._changed(address, row[0], stack, digest)
        if row[1] is not None:
            return UnitStatus(address, Status.CHANGED, (HALF_DONE,))
        return UnitStatus(address, Status.UP_TO_DATE)

    def _moved(self, address: UnitAddress, cell: CellFacts, index: int) -> UnitStatus | UnitAddress:
        """Look at the state of a unit that is up to date by its settings."""
        if cell.backends[index] is not None:
            return address
        bare = Unit(
            address=address,
            stack=cell.shape[index].pin,
            enabled=True,
            inputs={},
            needs=(),
            backend=Backend(_LOCAL),
            environment={},
            labels={},
            position=cell.cell.position,
        )
        reason = self.surveyor.state_moved(self.surveyor.record.heads[address], bare)
        if reason is not None:
            return UnitStatus(address, Status.CHANGED, (reason,))
        return UnitStatus(address, Status.UP_TO_DATE)

    def _changed(
        self, address: UnitAddress, applied: str, stack: StackFacts, digest: str
    ) -> UnitStatus | UnitAddress:
        source, label = self.rows.sources().get(str(address), ("", ""))
        if combined(source, digest) != applied:
            return address
        reason = source_reason(address.stack, stack.label, label)
        return UnitStatus(address, Status.CHANGED, (reason,))

    def _stack(self, shape: UnitShape) -> StackFacts:
        key = (shape.source, shape.version)
        found = self.stacks.get(key)
        if found is None:
            found = self.stacks[key] = self.surveyor.stacks(StackPin(*key))
        return found

    def _mark(self, cell: CellFacts, look: "_CellLook") -> bytes:
        """Mark the outputs that a cell's units take: other outputs, other mark."""
        used = self.used.get(id(cell.shape))
        if used is None:
            targets = {target for unit in cell.shape for target, _ in unit.uses}
            used = self.used[id(cell.shape)] = tuple(sorted(targets))
        texts = [self.rows.outputs.get(look.locate(target)) for target in used]
        return hashlib.blake2b(repr(texts).encode(), digest_size=_MARK).digest()


class _CellLook:
    """The texts of the addresses that one cell's units name."""

    def __init__(self, cell: CellFacts) -> None:
        self.prefix = f"{cell.address.level}/{cell.address.cell}/"
        self._ground = cell.ground
        self._texts: dict[Target, str] = {}

    def locate(self, target: Target) -> str:
        found = self._texts.get(target)
        if found is None:
            found = self._texts[target] = self._locate(target)
        return found

    def upstreams(self, shape: UnitShape) -> list[str]:
        return [self.locate(target) for target in shape.upstreams]

    def _locate(self, target: Target) -> str:
        if not target.level:
            return self.prefix + target.stack
        cell = target.cell or dict(self._ground)[target.level]
        return f"{target.level}/{cell}/{target.stack}"


def _is_quiet(found: UnitStatus | UnitAddress) -> bool:
    return isinstance(found, UnitStatus) and found.status is Status.UP_TO_DATE


def _applied(row: HeadRow | None) -> bool:
    return row is not None and row[0] is not None


def _parts(address: UnitAddress) -> tuple[str, str, str]:
    return address.level, address.cell, address.stack
