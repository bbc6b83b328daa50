"""What loading a cell gave, and many of these as built-in types, for another process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cellwright.fleet.cache.cell_cache import Record, pack_rest, pack_shape, unpack_shape, with_rest
from cellwright.fleet.cache.dependencies import Profile
from cellwright.fleet.cache.packing import Packed, pack_finding, unpack_finding
from cellwright.fleet.resolve.cell_summary import CellFacts, Shape
from cellwright.model.diagnostic import Diagnostic

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """What loading a cell gave."""

    facts: CellFacts | None
    """None if its own documents can't be read."""
    layers: tuple[str, ...]
    faults: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]
    record: Record | None = None
    """To be recalled by; None if its resolution can't be told by content."""
    recalled: bool = False
    told: Packed | None = None
    """What the load's witness said."""


def pack_outcomes(outcomes: Sequence[CellOutcome]) -> Packed:
    """Write outcomes; what many of them share is written once."""
    shapes: dict[int, tuple[int, Shape]] = {}
    profiles: dict[int, tuple[int, Profile]] = {}
    packed = [_pack(outcome, shapes, profiles) for outcome in outcomes]
    return (
        [pack_shape(shape) for _, shape in shapes.values()],
        [tuple(profile) for _, profile in profiles.values()],
        packed,
    )


def unpack_outcomes(packed: Packed) -> Iterator[CellOutcome]:
    """Read what `pack_outcomes` wrote."""
    packed_shapes, packed_profiles, outcomes = packed
    shapes = [unpack_shape(item) for item in packed_shapes]
    profiles = [Profile(*item) for item in packed_profiles]
    for outcome in outcomes:
        yield _unpack(outcome, shapes, profiles)


def _pack(
    outcome: CellOutcome, shapes: dict[int, tuple[int, Shape]], profiles: dict[int, tuple[int, Profile]]
) -> Packed:
    facts, record = outcome.facts, outcome.record
    return (
        _index(shapes, facts.shape) if facts is not None else None,
        (facts.ground, pack_rest(facts)) if facts is not None else None,
        outcome.layers,
        tuple(map(pack_finding, outcome.faults)),
        tuple(map(pack_finding, outcome.findings)),
        (record.own, _index(profiles, record.profile), record.face) if record is not None else None,
        outcome.told,
    )


def _index(known: dict[int, tuple[int, Item]], item: Item) -> int:
    return known.setdefault(id(item), (len(known), item))[0]


def _unpack(packed: Packed, shapes: list[Shape], profiles: list[Profile]) -> CellOutcome:
    shape, rest, layers, faults, findings, record, told = packed
    facts = with_rest(shapes[shape], *rest) if rest is not None else None
    kept = None
    if record is not None and facts is not None:
        own, profile, face = record
        kept = Record(own=own, profile=profiles[profile], face=face, facts=facts)
    return CellOutcome(
        facts,
        layers,
        tuple(map(unpack_finding, faults)),
        tuple(map(unpack_finding, findings)),
        kept,
        told=told,
    )
