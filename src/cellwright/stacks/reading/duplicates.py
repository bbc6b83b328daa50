"""Finds what a module declares twice, besides variables, outputs and modules."""

from collections.abc import Iterable, Iterator

from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.stacks.hcl.syntax import Literal
from cellwright.stacks.reading.declaration import Declaration
from cellwright.stacks.reading.named_values import is_name

_RESOURCES = frozenset({"resource", "data", "ephemeral"})
_ONCE = ("backend", "cloud", "required_providers")


def duplicates(declarations: Iterable[Declaration]) -> Iterator[Diagnostic]:
    """Yield a finding for each second declaration; override files may repeat what they override."""
    seen: dict[tuple[str, ...], Position] = {}
    for item in declarations:
        if item.overrides:
            continue
        for key, what, position in _declared(item):
            if key in seen:
                advice = f"the other one is at {seen[key]}; remove one of the two"
                yield error(f"{what} is declared twice", advice, position)
            seen.setdefault(key, position)


def local_name_faults(declarations: Iterable[Declaration]) -> Iterator[Diagnostic]:
    """Yield a finding for each local whose name is none; JSON takes any key."""
    for item in declarations:
        if item.kind == "locals":
            for name, argument in item.arguments.items():
                if not is_name(name):
                    advice = "a name consists of letters, digits, underscores and dashes"
                    yield error(f"'{name}' is no name of a local", advice, argument.position)


def _declared(item: Declaration) -> Iterator[tuple[tuple[str, ...], str, Position]]:
    if item.kind in _RESOURCES:
        yield (item.kind, *item.labels), f"the {item.kind} '{'.'.join(item.labels)}'", item.position
    elif item.kind == "locals":
        for name, argument in item.arguments.items():
            yield ("locals", name), f"the local '{name}'", argument.position
    elif item.kind == "provider":
        alias = item.arguments.get("alias")
        if alias is None:
            yield (
                ("provider", *item.labels),
                f"the provider '{item.labels[0]}' without an alias",
                item.position,
            )
        elif isinstance(alias.value, Literal):
            name = f"{item.labels[0]}.{alias.value.value}"
            yield ("provider", name), f"the provider '{name}'", item.position
    elif item.kind == "terraform":
        for kind in _ONCE:
            for block in item.inner(kind):
                yield ("terraform", kind), f"`{kind}`", block.position
