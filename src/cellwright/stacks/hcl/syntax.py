"""HCL syntax as values: bodies of arguments and blocks, and expressions as far as they are read.

Offsets count characters from the start of the file. An expression that is not kept (an operation, a `for`, a
template with directives) is `Computed`, unless the file is read to be evaluated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cellwright.model.value import Scalar
from cellwright.stacks.hcl.operations import Kept


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: a string without interpolation, a number, a bool or null."""

    value: Scalar
    offset: int


@dataclass(frozen=True, slots=True)
class Traversal:
    """A name with the attributes after it, `var.tags.owner`; index steps are left out."""

    steps: tuple[str, ...]
    offset: int
    whole: bool = True
    """No index step was left out."""


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function call, or a type constructor such as `list(string)`."""

    name: str
    arguments: tuple["Expression", ...]
    offset: int
    spread: bool = False
    """The last argument is a list of arguments: `f(x...)`."""


@dataclass(frozen=True, slots=True)
class ObjectExpression:
    """`{ key = value }`, in the order written."""

    items: tuple[tuple["Expression", "Expression"], ...]
    offset: int


@dataclass(frozen=True, slots=True)
class TupleExpression:
    """`[a, b]`."""

    items: tuple["Expression", ...]
    offset: int


@dataclass(frozen=True, slots=True)
class TemplateExpression:
    """A string with interpolations: its parts in order, literal ones included."""

    parts: tuple["Expression", ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Computed:
    """An expression that is not kept."""

    offset: int


Expression: TypeAlias = (
    Literal
    | Traversal
    | FunctionCall
    | ObjectExpression
    | TupleExpression
    | TemplateExpression
    | Computed
    | Kept
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An argument: `name = value`."""

    name: str
    value: Expression
    offset: int


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "label" "label" { body }`."""

    kind: str
    labels: tuple[str, ...]
    body: "Body"
    offset: int
    texts: tuple[tuple[int, Expression], ...] = field(default=(), compare=False, repr=False)
    """Every string in it, with its offset, and every call of a function that makes paths; those inside of
    expressions that are not kept, too."""


@dataclass(frozen=True, slots=True)
class Body:
    """A file's or a block's content; no two arguments of one name."""

    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]

    def blocks_of(self, kind: str) -> tuple[Block, ...]:
        """Give the blocks of one kind, in the order written."""
        return tuple(block for block in self.blocks if block.kind == kind)
