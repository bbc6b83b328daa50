"""Finds the keys of a cell that hold secrets: those that sensitive variables take, and what is made of them.

A key that is the whole value of a sensitive variable, or of a part of it, is certain to be a secret. One that
is only a piece of a longer text may be one: it is hidden as well, but may be used elsewhere.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.resolve.merge import Setting, find_setting
from cellwright.fleet.yaml.node import Node
from cellwright.fleet.yaml.references import Reference
from cellwright.model.hidden_keys import KeyPath, overlaps
from cellwright.model.value import Value

_CELL = "cell"


@dataclass(frozen=True, slots=True)
class SettingsAt:
    """The keys of a cell as they are merged, and the values of its own and of its placement's."""

    root: Setting
    own: Mapping[str, Value]
    host: Mapping[str, Value]

    def is_no_text(self, reference: Reference) -> bool:
        """Tell whether a reference gives a number, or true or false, such as a port: no secret by itself."""
        value: Value = self.own if reference.head == _CELL else self.host
        for step in reference.path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value is not None and not isinstance(value, str | Mapping | list)


class Taken(NamedTuple):
    """A reference in a value."""

    reference: Reference
    whole: bool
    """It is the whole text, not a piece of it."""
    node: Node


@dataclass(slots=True)
class SensitiveKeys:
    """The keys of a cell, and of its placement, that hold secrets."""

    placement: str | None
    """The head of references to the placement's keys."""
    public: Collection[str]
    """Keys that are no secrets, whatever takes them."""
    own: dict[KeyPath, str] = field(default_factory=dict)
    """Paths of the cell's keys, with the reason where it is certain; "" where it is not."""
    host: dict[KeyPath, str] = field(default_factory=dict)
    """The same for keys of its placement."""

    @property
    def hidden(self) -> frozenset[KeyPath]:
        """The cell's own keys that are never shown or recorded."""
        return frozenset(self.own)

    def reason(self, setting: Setting) -> tuple[str, Reference, Node] | None:
        """Say why a value takes a secret: the reason ("" if that is not certain), by what, and where."""
        found: tuple[str, Reference, Node] | None = None
        for reference, _, node in taken_by(setting):
            why = self._why(reference)
            if why is not None and (found is None or (why and not found[0])):
                found = (why, reference, node)
        return found

    def _why(self, reference: Reference) -> str | None:
        known = self._known(reference)
        if known is None:
            return None
        reasons = [why for path, why in known.items() if overlaps(path, reference.path)]
        return max(reasons, default=None)

    def _known(self, reference: Reference) -> dict[KeyPath, str] | None:
        if reference.head == _CELL:
            return self.own
        return self.host if reference.head == self.placement else None

    def add(self, reference: Reference, why: str) -> bool:
        """Note that a reference gives a secret; tells whether that is new."""
        known = self._known(reference)
        if known is None or reference.path[0] in self.public:
            return False
        before = known.get(reference.path)
        if before is not None and (before or not why):
            return False
        known[reference.path] = why
        return True


def taken_by(setting: Setting) -> Iterator[Taken]:
    """Yield every reference in a merged setting."""
    if setting.plain:
        return
    if setting.entries is not None:
        for _, child in setting.present():
            yield from taken_by(child)
    elif setting.items is not None:
        for item in setting.items:
            yield from _taken_by_node(item)
    else:
        yield from _taken_by_node(setting.node)


def _taken_by_node(top: Node) -> Iterator[Taken]:
    for node in top.walk():
        if isinstance(node.content, tuple):
            for part in node.content:
                if isinstance(part, Reference):
                    yield Taken(part, len(node.content) == 1, node)


def trace_back(
    keys: SensitiveKeys,
    values: SettingsAt,
    sinks: Iterable[tuple[Setting, str]],
) -> dict[KeyPath, Node]:
    """Add the keys that sensitive values take, directly or through other keys.

    `sinks` are the sensitive values, each with what to say of it. Gives the placement's keys that were added,
    with where they are taken.
    """
    waiting = [found for setting, why in sinks for found in _followed(setting, why)]
    added: dict[KeyPath, Node] = {}
    while waiting:
        (reference, whole, node), why = waiting.pop()
        if (not whole and values.is_no_text(reference)) or not keys.add(reference, why):
            continue
        if reference.head != _CELL:
            added.setdefault(reference.path, node)
            continue
        found = find_setting(values.root, reference.path)
        below = found if isinstance(found, Setting) else Setting(found, found.plain)
        waiting.extend(_followed(below, why))
    return added


def _followed(setting: Setting, why: str) -> Iterator[tuple[Taken, str]]:
    """Yield what a value takes; only what is all of the value is certain to be a secret if the value is."""
    for taken in taken_by(setting):
        yield taken, why if taken.whole and taken.node is setting.node else ""


def trace_on(keys: SensitiveKeys, root: Setting) -> None:
    """Add the keys that are made of secret ones, directly or through other keys."""
    if not (keys.own or keys.host):
        return
    changed = True
    while changed:
        changed = False
        for path, setting in _leaves(root):
            reason = keys.reason(setting)
            if reason is not None and keys.add(Reference(_CELL, path), reason[0]):
                changed = True


def _leaves(root: Setting) -> Iterator[tuple[KeyPath, Setting]]:
    """Yield the parts of a cell's own keys that hold references, with their paths."""
    waiting: list[tuple[KeyPath, Setting]] = [
        ((key,), setting) for key, setting in root.present() if key not in RESERVED
    ]
    while waiting:
        path, setting = waiting.pop()
        if setting.plain:
            continue
        if setting.entries is None:
            yield path, setting
        else:
            waiting.extend(((*path, key), child) for key, child in setting.present())
