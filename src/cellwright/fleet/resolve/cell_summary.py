"""What the whole fleet needs to know of a cell, without its settings: small, and the same for many cells."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cellwright.fleet.fleet import Cell
from cellwright.fleet.resolve.cell import ResolvedCell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.scalar_text import as_text
from cellwright.model.unit import StackPin, Unit


class Target(NamedTuple):
    """A unit as a cell sees it, so that cells alike have the same targets.

    Without a level it is one of the cell's own; without a cell, one of the cell of that level below it.
    """

    level: str
    cell: str
    stack: str


class UnitShape(NamedTuple):
    """A unit's place in the order, without its settings."""

    stack: str
    enabled: bool
    source: str
    version: str | None
    upstreams: tuple[Target, ...]
    uses: tuple[tuple[Target, str], ...]
    """The outputs that it takes while it is enabled."""

    @property
    def pin(self) -> StackPin:
        """Which stack it runs."""
        return StackPin(self.source, self.version)


Shape = tuple[UnitShape, ...]
"""A cell's units in their order; cells alike share one."""

Ground = tuple[tuple[str, str], ...]
"""The cell of each lower level, by level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFacts:
    """A cell whose documents could be read."""

    cell: Cell
    key: bytes
    """Digest of all that the cell as a whole comes from; empty if that is not known."""
    marks: tuple[bytes, ...]
    """Of each unit, a digest of what it comes from besides: layers' words about its stack, its contract."""
    shape: Shape
    ground: Ground
    backends: tuple[str | None, ...]
    """Each unit's backend, digested; None if it is local without settings, or not known."""
    faults: tuple[Diagnostic, ...] = ()
    """As those of a resolved cell."""
    findings: tuple[Diagnostic, ...] = ()

    @property
    def address(self) -> CellAddress:
        """Which cell."""
        return self.cell.address

    def labels(self) -> dict[str, str]:
        """Give the cell's own scalar keys, as its units have them."""
        texts = ((key, as_text(value)) for key, value in self.cell.settings.items())
        return {key: text for key, text in texts if text is not None}

    def locate(self, target: Target) -> UnitAddress:
        """Give the address of a unit that one of this cell's units names."""
        if not target.level:
            return UnitAddress(self.address.level, self.address.cell, target.stack)
        if target.cell:
            return UnitAddress(*target)
        return UnitAddress(target.level, dict(self.ground)[target.level], target.stack)

    def addresses(self) -> Iterator[UnitAddress]:
        """Give the addresses of its units, in their order."""
        level, cell = self.address.level, self.address.cell
        return (UnitAddress(level, cell, unit.stack) for unit in self.shape)


def facts_of(resolved: ResolvedCell, cell: Cell, key: bytes = b"") -> CellFacts:
    """Sum up a resolved cell; its units' marks are still to be made."""
    ground = tuple((level, address.cell) for level, address in resolved.ground.items())
    unknown = frozenset(resolved.stateless)
    return CellFacts(
        cell=cell,
        key=key,
        marks=(),
        shape=shape_of(resolved, ground),
        ground=ground,
        backends=tuple(None if unit.address in unknown else _backend_mark(unit) for unit in resolved.units),
        faults=resolved.faults,
        findings=resolved.findings,
    )


def _backend_mark(unit: Unit) -> str | None:
    backend = unit.backend
    if backend.kind == "local" and not backend.config:
        return None
    shown = json.dumps([backend.kind, backend.config], sort_keys=True)
    return hashlib.blake2b(shown.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def shape_of(resolved: ResolvedCell, ground: Ground) -> Shape:
    """Take from a resolved cell what its units depend on."""
    seen = _Sight(resolved.address, dict(ground))
    uses: dict[UnitAddress, dict[tuple[Target, str], None]] = {}
    for use in resolved.uses:
        used = (seen.target(use.reference.unit), use.reference.output)
        uses.setdefault(use.unit, {})[used] = None
    return tuple(_unit_shape(unit, seen, tuple(uses.get(unit.address, ()))) for unit in resolved.units)


def _unit_shape(unit: Unit, seen: "_Sight", uses: tuple[tuple[Target, str], ...]) -> UnitShape:
    upstreams = tuple(sorted(map(seen.target, unit.upstreams())))
    pin = unit.stack
    return UnitShape(unit.address.stack, unit.enabled, pin.source, pin.version, upstreams, uses)


@dataclass(frozen=True, slots=True)
class _Sight:
    """From where a cell sees other units."""

    cell: CellAddress
    ground: Mapping[str, str]

    def target(self, unit: UnitAddress) -> Target:
        if unit.cell == self.cell.cell and unit.level == self.cell.level:
            return Target("", "", unit.stack)
        if self.ground.get(unit.level) == unit.cell:
            return Target(unit.level, "", unit.stack)
        return Target(*unit_parts(unit))


def unit_parts(unit: UnitAddress) -> tuple[str, str, str]:
    """Give an address's parts; comparing and hashing these is faster than the address itself."""
    return unit.level, unit.cell, unit.stack
