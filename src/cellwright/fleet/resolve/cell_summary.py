"""Summary of a cell without its units' settings: small, and largely shared between similar cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cellwright.fleet.capacity import Resources
from cellwright.fleet.fleet import Cell
from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.scalar_text import scalar_text
from cellwright.model.states.state_place import place_digest
from cellwright.model.unit import StackPin, Unit


def labels_of_cell(cell: Cell) -> dict[str, str]:
    """Give a cell's own scalar keys, as its units have them; those that hold secrets are left out."""
    texts = ((key, scalar_text(value)) for key, value in cell.settings.items())
    return {key: text for key, text in texts if text is not None and (key,) not in cell.sensitive}


class Target(NamedTuple):
    """A unit relative to a cell, so that similar cells have equal targets.

    Without a level it is one of the cell's own units; without a cell, a unit of its lower cell of that level.
    """

    level: str
    cell: str
    stack: str


class UnitSummary(NamedTuple):
    """A unit's stack and dependencies, without its settings."""

    stack: str
    enabled: bool
    source: str
    version: str | None
    binary: BinarySettings
    constants: tuple[tuple[str, str], ...]
    upstreams: tuple[Target, ...]
    uses: tuple[tuple[Target, str], ...]
    """The outputs that it takes while it is enabled."""
    open_uses: tuple[tuple[Target, str], ...] = ()
    """Those of them that go into a variable that is not marked sensitive."""
    takes_secrets: bool = False
    resources: Resources = ()
    """What it uses of the resources that places have, while it is enabled."""

    @property
    def pin(self) -> StackPin:
        """Which stack it runs."""
        return StackPin(self.source, self.version, binary=self.binary, constants=self.constants)


UnitSummaries = tuple[UnitSummary, ...]
"""A cell's units in their order; similar cells share one object."""

LowerCells = tuple[tuple[str, str], ...]
"""Pairs of a lower level and the name of the cell of it that a cell depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSummary:
    """A cell whose documents could be read."""

    cell: Cell
    key: bytes
    """Digest of all that the cell as a whole is resolved from; empty if that is not known."""
    unit_digests: tuple[bytes, ...]
    """For each unit, a digest of what only it depends on: its stack's settings in layers, its contract."""
    units: UnitSummaries
    lower_cells: LowerCells
    backends: tuple[str | None, ...]
    """The digest of where each unit's state lies; None if it is local without settings, or not known."""
    faults: tuple[Diagnostic, ...] = ()
    """As those of `ResolvedCell`."""
    findings: tuple[Diagnostic, ...] = ()

    @property
    def address(self) -> CellAddress:
        """Which cell."""
        return self.cell.address

    def labels(self) -> dict[str, str]:
        """Give the cell's own scalar keys, as its units have them."""
        return labels_of_cell(self.cell)

    def locate(self, target: Target) -> UnitAddress:
        """Give the address of a unit that one of this cell's units names."""
        if not target.level:
            return UnitAddress(self.address.level, self.address.cell, target.stack)
        if target.cell:
            return UnitAddress(*target)
        return UnitAddress(target.level, dict(self.lower_cells)[target.level], target.stack)


def summary_of(resolved: ResolvedCell, cell: Cell, key: bytes = b"") -> CellSummary:
    """Summarise a resolved cell; the digests of its units are added later."""
    lower_cells = tuple((level, address.cell) for level, address in resolved.lower_cells.items())
    unknown = frozenset(resolved.unresolved_backends)
    return CellSummary(
        cell=cell,
        key=key,
        unit_digests=(),
        units=_unit_summaries(resolved, dict(lower_cells)),
        lower_cells=lower_cells,
        backends=tuple(None if unit.address in unknown else _backend_digest(unit) for unit in resolved.units),
        faults=resolved.faults,
        findings=resolved.findings,
    )


def _backend_digest(unit: Unit) -> str | None:
    backend = unit.backend
    if backend.kind == "local" and not backend.config:
        return None
    return place_digest(backend, unit.address)


def _unit_summaries(resolved: ResolvedCell, lower_cells: Mapping[str, str]) -> UnitSummaries:
    def target(unit: UnitAddress) -> Target:
        if unit.of_cell == resolved.address:
            return Target("", "", unit.stack)
        if lower_cells.get(unit.level) == unit.cell:
            return Target(unit.level, "", unit.stack)
        return Target(unit.level, unit.cell, unit.stack)

    def upstreams(unit: Unit) -> tuple[Target, ...]:
        # The uses of an enabled unit have all its references, so its inputs need not be searched.
        used = {item for item, _ in uses.get(unit.address, ())}
        found = used.union(map(target, unit.needs)) if unit.enabled else map(target, unit.upstreams())
        return tuple(sorted(found))

    uses: dict[UnitAddress, dict[tuple[Target, str], None]] = {}
    for use in resolved.uses:
        uses.setdefault(use.unit, {})[target(use.reference.unit), use.reference.output] = None
    open_uses: dict[UnitAddress, dict[tuple[Target, str], None]] = {}
    for taken in resolved.open_uses:
        open_uses.setdefault(taken.unit, {})[target(taken.reference.unit), taken.reference.output] = None
    return tuple(
        UnitSummary(
            unit.address.stack,
            unit.enabled,
            unit.stack.source,
            unit.stack.version,
            unit.stack.binary,
            unit.stack.constants,
            upstreams(unit),
            tuple(uses.get(unit.address, ())),
            tuple(open_uses.get(unit.address, ())),
            unit.address in resolved.takers,
            resolved.resources.get(unit.address, ()),
        )
        for unit in resolved.units
    )
