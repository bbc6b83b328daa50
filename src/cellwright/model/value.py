"""Values of settings: JSON trees whose leaves may be references, to outputs of other units or to secrets."""

from collections.abc import Iterable, Mapping, Sequence
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
class SecretReference:
    """`${secret.vault.db/acme#password}`: what a source keeps under a name, then steps into it.

    It is no secret itself: it may be shown and recorded.
    """

    source: str
    """A source that fleet.yaml declares."""
    name: str
    field: tuple[str, ...] = ()

    def __str__(self) -> str:
        steps = f"#{'.'.join(self.field)}" if self.field else ""
        return f"secret.{self.source}.{self.name}{steps}"


LateReference: TypeAlias = OutputReference | SecretReference
"""A reference whose value is known only when a unit runs."""


@dataclass(frozen=True, slots=True)
class Template:
    """A string with references inside: literal parts and references in order."""

    parts: tuple[str | LateReference, ...]


Scalar: TypeAlias = bool | int | float | Decimal | str | None
"""Numbers that were read are whole or decimals, so that no digit is lost; a `float` is only measured here."""
Value: TypeAlias = Scalar | LateReference | Template | Sequence["Value"] | Mapping[str, "Value"]
"""A settings value. Sequences are lists, mappings are dicts; neither is ever changed once built."""

Json: TypeAlias = Scalar | Sequence["Json"] | Mapping[str, "Json"]
"""A value without references."""


_PLAIN = frozenset((str, int, float, Decimal, bool, type(None)))


def references_in(value: Value) -> Sequence[OutputReference]:
    """Collect every output reference in `value`, depth first."""
    if type(value) in _PLAIN:
        return ()
    return [item for item in _references(value) if isinstance(item, OutputReference)]


def secrets_in(value: Value) -> Sequence[SecretReference]:
    """Collect every reference to a secret in `value`, depth first."""
    if type(value) in _PLAIN:
        return ()
    return [item for item in _references(value) if isinstance(item, SecretReference)]


def is_known(value: Value) -> bool:
    """Tell whether a value holds no reference: it is known before anything runs."""
    return type(value) in _PLAIN or not _references(value)


def _references(value: Value) -> list[LateReference]:
    found: list[LateReference] = []
    _collect(value, found)
    return found


def _collect(value: Value, found: list[LateReference]) -> None:
    # Exact types before abstract ones: this is run for every value of a fleet, and many times for a unit.
    kind = type(value)
    if kind in _PLAIN:
        return
    if kind is dict:
        _collect_each(value.values(), found)  # type: ignore[union-attr]  # of this very type
    elif kind is list or kind is tuple:
        _collect_each(value, found)  # type: ignore[arg-type]  # of this very type
    elif isinstance(value, OutputReference | SecretReference):
        found.append(value)
    elif isinstance(value, Template):
        found.extend(part for part in value.parts if not isinstance(part, str))
    elif isinstance(value, Mapping):
        _collect_each(value.values(), found)
    elif isinstance(value, Sequence):
        _collect_each(value, found)


def _collect_each(values: Iterable[Value], found: list[LateReference]) -> None:
    for item in values:
        if type(item) not in _PLAIN:
            _collect(item, found)
