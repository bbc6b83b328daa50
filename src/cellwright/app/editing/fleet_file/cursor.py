"""What of fleet.yaml the cursor is on."""

from collections.abc import Iterator
from dataclasses import dataclass

from cellwright.app.fleet.schema.settings import Setting, setting_at
from cellwright.fleet.yaml.node import Node, Step


@dataclass(frozen=True, slots=True)
class Cursor:
    """A value of the document, or the key before it."""

    path: tuple[Step, ...]
    """From the root to the value, with the places in lists."""
    node: Node
    on_key: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The path without places in lists."""
        return tuple(step for step in self.path if isinstance(step, str))

    @property
    def setting(self) -> Setting | None:
        """The setting that it is; None of a name that people have chosen."""
        return setting_at(self.keys)

    @property
    def pattern(self) -> str:
        """The path as settings are described: `levels[].stacks.NAME.needs`; empty if it is none."""
        return self.setting.path if self.setting is not None else ""


def cursor_at(root: Node, line: int, column: int) -> Cursor | None:
    """Find it by line and column, counted from 1; None before the first key."""
    path: tuple[Step, ...] = ()
    node, on_key, at = root, False, (line, column)
    while True:
        begun = [item for item in _parts(node) if item[0] <= at]
        if not begun:
            return Cursor(path, node, on_key) if path else None
        start, step, below = begun[-1]
        path = (*path, step)
        on_key = isinstance(step, str) and line == start[0] and column <= start[1] + len(step)
        node = below
        if on_key:
            return Cursor(path, node, on_key)


def _parts(node: Node) -> Iterator[tuple[tuple[int, int], Step, Node]]:
    """Yield where each part of a value begins, its step and the part."""
    if node.entries is not None:
        for mark, (key, below) in zip(node.key_marks, node.entries.items(), strict=False):
            yield mark, key, below
    elif isinstance(node.content, list):
        for place, below in enumerate(node.content):
            yield (below.line, below.column), place, below
