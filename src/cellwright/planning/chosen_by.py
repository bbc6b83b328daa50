"""Keys of a cell that choose its place or its layers, and what changed because one did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.unit import Unit
from cellwright.model.value import Value, references_in


@dataclass(frozen=True, slots=True)
class ChangedKey:
    """A key of the cell with another value than when the unit was applied: `account: east -> west`."""

    name: str
    before: str
    now: str

    def __str__(self) -> str:
        """As a reason says it."""
        return f"{self.name}: {self.before} -> {self.now}"

    @property
    def setting(self) -> str:
        """The key as `Reason.setting` names it."""
        return f"${{cell.{self.name}}}"


def changed_keys(unit: Unit, applied: AppliedUnit) -> tuple[ChangedKey, ...]:
    """The keys of the cell that had another value when the unit was applied, as far as that was recorded."""
    recorded = applied.recipe.get("labels")
    if not isinstance(recorded, Mapping):
        return ()
    return tuple(
        ChangedKey(name, before, now)
        for name, now in unit.labels.items()
        if isinstance(before := recorded.get(name), str) and before != now
    )


def chosen_by(unit: Unit, name: str, keys: tuple[ChangedKey, ...], taken: object) -> ChangedKey | None:
    """The changed key for which an input has another value; None if it is none of them.

    `taken` are the outputs that were recorded. An input follows the key if it refers to the cell that the key
    names (`${account.region}`), takes an output of it (`${output.base.network.id}`), or is set in a layer
    that is named after the key's value (`tiers/gold.yaml`).
    """
    if not keys or name not in unit.inputs:
        return None
    item = unit.inputs[name]
    heads = frozenset(_heads(item.origin.value))
    outputs = frozenset(taken) if isinstance(taken, Mapping) else frozenset()
    used = [(reference.unit, reference.output) for reference in references_in(item.value)]
    layer = PurePosixPath(item.origin.position.file)
    own = PurePosixPath(unit.position.file)
    for key in keys:
        if key.name in heads or any(_follows(key, *use, outputs) for use in used):
            return key
        if layer.parent != own.parent and key.now in _names(layer):
            return key
    return None


def _follows(key: ChangedKey, unit: UnitAddress, output: str, taken: frozenset[object]) -> bool:
    former = UnitAddress(unit.level, key.before, unit.stack)
    return unit.cell == key.now and f"{former}.{output}" in taken


def _names(layer: PurePosixPath) -> tuple[str, ...]:
    return (*layer.parts[:-1], layer.stem)


def _heads(written: Value) -> Iterator[str]:
    """The first names of the references in a value as it is written: `account` of `${account.region}`."""
    if isinstance(written, str):
        for part in written.split("${")[1:]:
            yield part.split("}", 1)[0].split(".", 1)[0].strip()
    elif isinstance(written, Mapping):
        for item in written.values():
            yield from _heads(item)
    elif isinstance(written, (list, tuple)):
        for item in written:
            yield from _heads(item)
