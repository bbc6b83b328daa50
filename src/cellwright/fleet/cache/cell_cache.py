"""The cells of the load before this one: what they were made of, and what was found in them.

A cell is recalled only if its own documents and its profile are what they were, by content: no clock, no
checkout and no crash can make an old cell pass for a new one. The file may be deleted at any time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.cache_file import read_cache, write_cache
from cellwright.fleet.cache.dependencies import Profile
from cellwright.fleet.cache.packing import (
    Environments,
    Packed,
    pack_cell,
    pack_finding,
    unpack_cell,
    unpack_finding,
)
from cellwright.fleet.resolve.cell_summary import CellFacts, Ground, Shape, Target, UnitShape
from cellwright.model.address import CellAddress

FORMAT = 2
"""Raise it whenever the same settings would be resolved otherwise, or a record looks different."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A cell as it can be kept."""

    own: bytes
    """Digest of its own documents."""
    profile: Profile
    face: bytes | None
    """Digest of what it says to cells that are placed in it; None where none can be."""
    facts: CellFacts


class Recall:
    """Records by cell; parts that many cells share are kept once, and are one object when read."""

    def __init__(self, path: Path, stamp: bytes) -> None:
        self._path = path
        self.stamp = stamp
        """Digest of what all its cells were resolved under."""
        self._packed: dict[tuple[str, str], Packed] = {}
        self._profiles: list[Profile] = []
        self._shapes: list[Shape] = []
        self._environments: Environments = {}
        self.sound_layers: frozenset[tuple[str, str, bytes]] = frozenset()
        """Layers in which nothing was found: level, path, digest."""
        found = read_cache(path, stamp)
        if isinstance(found, tuple):
            profiles, shapes, self._packed, layers = found
            self._profiles = [Profile(*item) for item in profiles]
            # One object for all cells that have it: what is found out about a shape is found out once.
            self._shapes = [unpack_shape(shape) for shape in shapes]
            self.sound_layers = frozenset(layers)

    @property
    def shapes(self) -> dict[Shape, Shape]:
        """Give the shapes that its cells have."""
        return {shape: shape for shape in self._shapes}

    def peek(self, address: CellAddress, own: bytes) -> Record | None:
        """Give what is known of a cell with these own documents; its profile is still to be checked."""
        packed = self._packed.get((address.level, address.cell))
        if packed is None or packed[0] != own:
            return None
        _, profile, shape, face, rest = packed
        held = self._profiles[profile]
        facts = with_rest(self._shapes[shape], held.ground, rest, self._environments)
        return Record(own=own, profile=held, face=face, facts=facts)

    def holds_only(self, cells: Collection[CellAddress], sound: frozenset[tuple[str, str, bytes]]) -> bool:
        """Tell whether nothing is kept that would not be kept again."""
        known = {(address.level, address.cell) for address in cells}
        return self._packed.keys() <= known and self.sound_layers == sound

    def store(self, records: Mapping[CellAddress, Record], sound: frozenset[tuple[str, str, bytes]]) -> None:
        """Keep these records and no others."""
        profiles: dict[Profile, int] = {}
        shapes: dict[Shape, int] = {}
        packed = {
            (address.level, address.cell): (
                record.own,
                profiles.setdefault(record.profile, len(profiles)),
                shapes.setdefault(record.facts.shape, len(shapes)),
                record.face,
                pack_rest(record.facts),
            )
            for address, record in records.items()
        }
        plain = [pack_shape(shape) for shape in shapes]
        write_cache(self._path, self.stamp, ([tuple(item) for item in profiles], plain, packed, list(sound)))


def pack_shape(shape: Shape) -> Packed:
    """Write a shape."""
    return tuple(map(_plain_unit, shape))


def unpack_shape(packed: Packed) -> Shape:
    """Read what `pack_shape` wrote."""
    return tuple(map(_unit_shape, packed))


def pack_rest(facts: CellFacts) -> Packed:
    """Write what a cell does not share with others."""
    findings = (tuple(map(pack_finding, facts.faults)), tuple(map(pack_finding, facts.findings)))
    return (facts.key, facts.marks, pack_cell(facts.cell), facts.backends, findings)


def with_rest(
    shape: Shape, ground: Ground, rest: Packed, environments: Environments | None = None
) -> CellFacts:
    """Read what `pack_rest` wrote."""
    key, marks, cell, backends, (faults, findings) = rest
    return CellFacts(
        cell=unpack_cell(cell, environments),
        key=key,
        marks=marks,
        shape=shape,
        ground=ground,
        backends=backends,
        faults=tuple(map(unpack_finding, faults)) if faults else (),
        findings=tuple(map(unpack_finding, findings)) if findings else (),
    )


def _plain_unit(unit: UnitShape) -> Packed:
    upstreams = tuple(map(tuple, unit.upstreams))
    uses = tuple((tuple(target), output) for target, output in unit.uses)
    return (unit.stack, unit.enabled, unit.source, unit.version, upstreams, uses)


def _unit_shape(packed: Packed) -> UnitShape:
    stack, enabled, source, version, upstreams, uses = packed
    return UnitShape(
        stack,
        enabled,
        source,
        version,
        tuple(Target(*item) for item in upstreams),
        tuple((Target(*item), output) for item, output in uses),
    )
