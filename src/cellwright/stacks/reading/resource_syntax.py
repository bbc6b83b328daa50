"""Which types of resources a module names, in whatever role: a provider's schema is needed for each."""

from collections.abc import Iterable, Iterator

from cellwright.stacks.hcl.expression import parse_expression
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Expression, Literal, Reference
from cellwright.stacks.reading.declaration import Declaration

_TYPED = frozenset({"resource", "data", "ephemeral", "action"})
_ADDRESSING = frozenset({"moved", "import", "removed"})
_ADDRESSES = ("from", "to")
_ADDRESS_LENGTH = 2


def read_resource_types(declarations: Iterable[Declaration]) -> frozenset[str]:
    """Give the types of managed, data and ephemeral resources and of actions."""
    return frozenset(_types(declarations))


def _types(declarations: Iterable[Declaration]) -> Iterator[str]:
    for item in declarations:
        if item.kind in _TYPED and item.labels:
            yield item.labels[0]
        elif item.kind in _ADDRESSING:
            for name in _ADDRESSES:
                if name in item.arguments:
                    yield from _addressed(item.arguments[name].value)
        elif item.kind == "check":
            yield from _types(item.inner("data"))


def _addressed(value: Expression) -> Iterator[str]:
    """Yield the type in an address such as `module.a.data.aws_ami.this`, if it has one."""
    if isinstance(value, Literal) and isinstance(value.value, str):  # as JSON syntax writes it
        try:
            value = parse_expression(value.value)
        except SyntaxFault:
            return
    if not isinstance(value, Reference):
        return
    steps = value.steps
    while steps[:1] == ("module",):
        steps = steps[2:]
    if steps[:1] in {("data",), ("ephemeral",)}:
        steps = steps[1:]
    if len(steps) >= _ADDRESS_LENGTH:
        yield steps[0]
