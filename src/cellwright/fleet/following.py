"""Follows steps into merged settings, and on through the references that stand there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.shared_inputs import written_value
from cellwright.fleet.yaml.node import Node, get_node
from cellwright.fleet.yaml.references import Reference, TextPart
from cellwright.model.unit import Origin

Referred: TypeAlias = Callable[[Reference], Setting | None]
"""Gives the settings that a reference looks into; None if these are no settings of a cell."""


def origins_in(settings: Setting | None, steps: Sequence[str], referred: Referred) -> tuple[Origin, ...]:
    """Follow `steps` into settings, and on through references; () if they lead nowhere."""
    setting, rest = reached(settings, steps)
    if setting is None:
        return ()
    reference = _whole_reference(setting.node)
    root = referred(reference) if reference is not None else None
    if reference is not None and root is not None:
        behind = origins_in(root, (*reference.path, *rest), referred)
        return (*_chain(setting), *behind) if behind or not rest else ()
    return _inside(setting, rest) if rest else _chain(setting)


def reached(settings: Setting | None, steps: Sequence[str]) -> tuple[Setting | None, tuple[str, ...]]:
    """Follow `steps` through mappings; None if they lead nowhere, with the steps that are left."""
    setting, rest = settings, tuple(steps)
    while setting is not None and rest and setting.entries is not None:
        setting, rest = _step(setting.entries, rest)
    return setting, rest


def followed_in(
    written: Setting | Node | None, referred: Referred, seen: set[str]
) -> Iterator[tuple[str, Origin]]:
    """Yield the references within a value, each once, with every line that says what it stands for."""
    for reference in _references(written):
        if str(reference) in seen:
            continue
        seen.add(str(reference))
        root = referred(reference)
        yield from ((f"${{{reference}}}", item) for item in origins_in(root, reference.path, referred))
        if reference.head == "cell":  # what a placement refers to is its own, and read from its files
            setting, rest = reached(root, reference.path)
            if setting is not None:
                yield from followed_in(part_of(setting, rest) if rest else setting, referred, seen)


def _references(written: Setting | Node | None) -> Iterator[Reference]:
    """Yield the references that stand in a value, in the order in which they are written."""
    if isinstance(written, Setting):
        below = [item for _, item in written.present()] if written.entries is not None else written.list_items
        yield from chain.from_iterable(map(_references, below or (written.node,)))
    elif written is not None and isinstance(written.content, tuple):
        yield from _in_text(written.content)
    elif written is not None:
        yield from chain.from_iterable(map(_references, written.children))


def _in_text(parts: Sequence[TextPart]) -> Iterator[Reference]:
    for part in parts:
        if isinstance(part, Reference):
            yield part
            yield from _in_text(part.inner)


def _step(entries: Mapping[str, Setting], steps: tuple[str, ...]) -> tuple[Setting | None, tuple[str, ...]]:
    """Take one step, or several that are one key with dots in it."""
    for count in range(1, len(steps) + 1):
        found = entries.get(".".join(steps[:count]))
        if found is not None:
            return found, steps[count:]
    return None, ()


def _whole_reference(node: Node) -> Reference | None:
    match node.content:
        case (Reference() as reference,):
            return reference
        case _:
            return None


def _chain(setting: Setting) -> tuple[Origin, ...]:
    origins: list[Origin] = []
    for link in setting.layers():
        before = origins[-1] if origins else None
        origins.append(Origin(link.node.layer, link.node.position, written_value(link), before))
    return tuple(origins)


def _inside(setting: Setting, steps: Sequence[str]) -> tuple[Origin, ...]:
    """Find a part of a list. It was written by one layer: lists are not merged item by item."""
    node = part_of(setting, steps)
    return (Origin(node.layer, node.position, node.value),) if node is not None else ()


def part_of(setting: Setting, steps: Sequence[str]) -> Node | None:
    """Find a part of a list."""
    first = int(steps[0]) if steps[0].isdecimal() else -1
    if not 0 <= first < len(setting.list_items):
        return None
    keys = [int(step) if step.isdecimal() else step for step in steps[1:]]
    return get_node(setting.list_items[first], *keys)
