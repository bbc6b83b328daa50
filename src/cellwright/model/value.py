"""Settings as values: JSON trees in which a leaf may still wait for another unit's output."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cellwright.model.address import UnitAddress


@dataclass(frozen=True, slots=True)
class OutputReference:
    """`${output.foundation.kms_key_arn}`, made absolute: an output of `unit`, then steps into it."""

    unit: UnitAddress
    output: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((f"output.{self.unit}", self.output, *self.path))


@dataclass(frozen=True, slots=True)
class Template:
    """A string with output references inside: literal parts and references in order."""

    parts: tuple[str | OutputReference, ...]


Scalar: TypeAlias = bool | int | float | str | None
Value: TypeAlias = Scalar | OutputReference | Template | Sequence["Value"] | Mapping[str, "Value"]
"""A settings value. Sequences are lists, mappings are dicts; neither is ever changed once built."""

Json: TypeAlias = Scalar | Sequence["Json"] | Mapping[str, "Json"]
"""A value with nothing left to wait for."""


def references_in(value: Value) -> Iterator[OutputReference]:
    """Yield every output reference in `value`, depth first."""
    if isinstance(value, OutputReference):
        yield value
    elif isinstance(value, Template):
        yield from (part for part in value.parts if isinstance(part, OutputReference))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from references_in(item)
