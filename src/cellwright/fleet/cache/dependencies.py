"""What a cell's resolution depends on besides its own documents: layers, placement, contracts.

Resolution is a function of these, of the cell's own documents and of fleet.yaml, and all that it looked up is
recorded here. So a cell with the same documents and the same dependencies as before is resolved as before.
Where only settings of some stacks have changed, only the cell's units of these stacks have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from cellwright.fleet.cache.changed_inputs import ChangedInputs, changed_inputs
from cellwright.fleet.cache.digests import LayerDigest, LayerDigests, digest_of_value
from cellwright.fleet.cache.packing import Packed
from cellwright.fleet.resolve.cell_summary import LowerCells, UnitSummaries
from cellwright.fleet.resolve.resolved import LevelContext, ResolvedCell
from cellwright.model.address import CellAddress
from cellwright.model.binary import BinarySettings
from cellwright.model.unit import StackPin

PinnedContract: TypeAlias = tuple[Packed, bytes]
"""A stack's pin, as built-in types, and the digest of its contract."""

_CONTENT = 1
"""Index of the digest of all bytes in a `LayerDigest`."""


class Dependencies(NamedTuple):
    """The dependencies of a cell; similar cells share one object, so that it is compared once for all."""

    level: str
    lookup_name: str
    """The name of the cells that this one looks for in the lower levels."""
    lower_cells: LowerCells
    placement: tuple[str, str] | None
    inherited: bytes
    """Digest of what the placement passes on; empty without a placement."""
    layers: tuple[LayerDigest, ...]
    """The named layers that the cell takes."""
    contracts: tuple[PinnedContract, ...]
    """The stacks that its units run, with the digest of each one's contract."""
    named_cells: tuple[tuple[str, str, bool], ...]
    """Other cells that it names, and whether they exist."""

    @property
    def cell_digest(self) -> bytes:
        """Digest what the cell as a whole depends on."""
        general = [(path, head) for path, _, head, _ in self.layers]
        return digest_of_value(
            (
                self.level,
                self.lookup_name,
                self.lower_cells,
                self.placement,
                self.inherited,
                general,
                self.named_cells,
            )
        )

    def unit_digests(self, units: UnitSummaries) -> tuple[bytes, ...]:
        """Digest what each unit depends on besides: its stack's settings in layers, and its contract."""
        contracts = {_unpack_pin(pin): digest for pin, digest in self.contracts}
        sections = [
            (path, {name: digest for name, digest, _ in by_stack}) for path, _, _, by_stack in self.layers
        ]
        return tuple(
            digest_of_value(
                (
                    [(path, by_stack.get(unit.stack)) for path, by_stack in sections],
                    contracts.get(unit.pin),
                )
            )
            for unit in units
        )


@dataclass(frozen=True, slots=True)
class DependencyChange:
    """A cell's dependencies as they are now, and the stacks whose settings in layers have changed."""

    dependencies: Dependencies
    stacks: frozenset[str] = frozenset()
    inputs: ChangedInputs | None = None
    """As `changed_inputs` gives them, if stacks have changed."""


@dataclass(frozen=True, slots=True)
class CurrentDependencies:
    """The present state of what cells of one level may depend on."""

    context: LevelContext
    layers: LayerDigests
    inherited: Mapping[CellAddress, bytes]
    """By cell of a lower level that could be resolved: the digest of what it passes on to cells in it."""

    def of(self, resolved: ResolvedCell) -> Dependencies | None:
        """Record what a cell was resolved from; None if that is not known completely."""
        placement = resolved.cell.placement if resolved.cell is not None else None
        inherited = self.inherited.get(placement) if placement is not None else b""
        layers = [self.layers.layer(path) for path in resolved.layers]
        contracts = {unit.stack: self.context.contracts.digest(unit.stack) for unit in resolved.units}
        if inherited is None or None in contracts.values() or None in layers:
            return None
        return Dependencies(
            level=resolved.address.level,
            lookup_name=placement.cell if placement is not None else resolved.address.cell,
            lower_cells=_names(resolved.lower_cells),
            placement=(placement.level, placement.cell) if placement is not None else None,
            inherited=inherited,
            layers=tuple(layer for layer in layers if layer is not None),
            contracts=_without_none(contracts),
            named_cells=tuple(
                (cell.level, cell.cell, exists) for cell, exists in resolved.named_cells.items()
            ),
        )

    def change(self, before: Dependencies) -> DependencyChange | None:
        """Tell what has changed since `before`; None if all of the cell may have."""
        context = self.context
        placement = CellAddress(*before.placement) if before.placement is not None else None
        if (
            _names(context.lower_cells.find(before.lookup_name)) != before.lower_cells
            or (placement is not None and self.inherited.get(placement) != before.inherited)
            or any(
                context.directory.holds(CellAddress(level, cell)) is not exists
                for level, cell, exists in before.named_cells
            )
            or any(context.contracts.digest(_unpack_pin(pin)) != digest for pin, digest in before.contracts)
        ):
            return None
        if all(self.layers.content(layer[0]) == layer[_CONTENT] for layer in before.layers):
            return DependencyChange(before)
        return self._layer_change(before)

    def with_contracts(self, dependencies: Dependencies, units: UnitSummaries) -> Dependencies | None:
        """Replace the contracts by those that `units` have; None if one can't be read."""
        if {pin for pin, _ in dependencies.contracts} == {_pack_pin(unit.pin) for unit in units}:
            return dependencies
        digests = {unit.pin: self.context.contracts.digest(unit.pin) for unit in units}
        if None in digests.values():
            return None
        return dependencies._replace(contracts=_without_none(digests))

    def _layer_change(self, before: Dependencies) -> DependencyChange | None:
        stacks: set[str] = set()
        layers = []
        for old in before.layers:
            new = self.layers.layer(old[0])
            if new is None or new[2] != old[2]:
                return None
            layers.append(new)
            stacks.update(section[0] for section in set(old[3]) ^ set(new[3]))
        after = before._replace(layers=tuple(layers))
        return DependencyChange(after, frozenset(stacks), changed_inputs(before.layers, after.layers))


def inherited_digest(resolved: ResolvedCell) -> bytes | None:
    """Digest what a cell passes on to cells placed in it; None if it could not be resolved completely.

    Positions are part of it: findings and provenance name them.
    """
    if resolved.cell is None or not resolved.complete:
        return None
    cell = resolved.cell
    return digest_of_value((cell.address, cell.settings, cell.environment, resolved.sections))


def _names(cells: Mapping[str, CellAddress]) -> LowerCells:
    return tuple((level, address.cell) for level, address in cells.items())


def _without_none(digests: Mapping[StackPin, bytes | None]) -> tuple[PinnedContract, ...]:
    return tuple((_pack_pin(pin), digest) for pin, digest in digests.items() if digest is not None)


def _pack_pin(pin: StackPin) -> Packed:
    return (pin.source, pin.version, tuple(pin.binary), pin.constants)


def _unpack_pin(packed: Packed) -> StackPin:
    source, version, binary, constants = packed
    return StackPin(source, version, BinarySettings(*binary), constants)
