"""Computed expressions, as values: kept where they are to be evaluated; a contract needs none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from cellwright.stacks.hcl.syntax import Expression


@dataclass(frozen=True, slots=True)
class Operation:
    """`a + b * c`, as it is written: precedence is for whoever evaluates it."""

    first: "Expression"
    rest: tuple[tuple[str, "Expression"], ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Signed:
    """`-a`, `!a`: signs in the order written."""

    signs: str
    value: "Expression"
    offset: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """`a ? b : c ? d : e`: conditions with their values, and what holds if none is true."""

    branches: tuple[tuple["Expression", "Expression"], ...]
    otherwise: "Expression"
    offset: int


@dataclass(frozen=True, slots=True)
class ForExpression:
    """`[for k, v in all : v if k]`, or `{for k, v in all : k => v...}`."""

    names: tuple[str, ...]
    collection: "Expression"
    key: "Expression | None"
    """None in square brackets."""
    value: "Expression"
    condition: "Expression | None"
    grouped: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Splat:
    """`.*` or `[*]`: the steps after it are taken in each item."""

    full: bool
    """`[*]`: indexes after it belong to the items, too."""


Step: TypeAlias = "str | Splat | Expression"
"""An attribute, a splat, or an index."""


@dataclass(frozen=True, slots=True)
class Access:
    """A value with steps into it: `f(x).a`, `local.a[0].b`, `local.a[*].b`."""

    value: "Expression"
    steps: tuple[Step, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Parenthesised:
    """`(a)` where a name alone would mean itself: a key of an object."""

    value: "Expression"
    offset: int


@dataclass(frozen=True, slots=True)
class TemplateIf:
    """`%{ if a }b%{ else }c%{ endif }`."""

    condition: "Expression"
    then: tuple["Expression", ...]
    otherwise: tuple["Expression", ...]
    offset: int


@dataclass(frozen=True, slots=True)
class TemplateFor:
    """`%{ for k, v in all }b%{ endfor }`."""

    names: tuple[str, ...]
    collection: "Expression"
    body: tuple["Expression", ...]
    offset: int


Kept: TypeAlias = (
    Operation | Signed | Conditional | ForExpression | Access | Parenthesised | TemplateIf | TemplateFor
)
