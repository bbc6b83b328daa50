"""Values of settings: JSON trees whose leaves may be references to outputs of other units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
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


Scalar: TypeAlias = bool | int | float | Decimal | str | None
"""Numbers that were read are whole or decimals, so that no digit is lost; a `float` is only measured here."""
Value: TypeAlias = Scalar | OutputReference | Template | Sequence["Value"] | Mapping[str, "Value"]
"""A settings value. Sequences are lists, mappings are dicts; neither is ever changed once built."""

Json: TypeAlias = Scalar | Sequence["Json"] | Mapping[str, "Json"]
"""A value without output references."""


_PLAIN = frozenset((str, int, float, Decimal, bool, type(None)))


def references_in(value: Value) -> Sequence[OutputReference]:
    """Collect every output reference in `value`, depth first."""
    if type(value) in _PLAIN:
        return ()
    found: list[OutputReference] = []
    _collect(value, found)
    return found


def _collect(value: Value, found: list[OutputReference]) -> None:
    # Exact types before abstract ones: this is run for every value of a fleet.
    kind = type(value)
    if kind in _PLAIN:
        return
    if isinstance(value, OutputReference):
        found.append(value)
    elif isinstance(value, Template):
        found.extend(part for part in value.parts if isinstance(part, OutputReference))
    elif kind is dict or isinstance(value, Mapping):
        for item in value.values():  # type: ignore[union-attr]  # a dict is a Mapping
            _collect(item, found)
    elif isinstance(value, Sequence):
        for item in value:
            _collect(item, found)
