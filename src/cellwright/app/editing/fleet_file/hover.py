"""What is known of a key of fleet.yaml: its words, what it takes, what holds where it says nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cellwright.app.editing.fleet_file.cursor import Cursor, cursor_at
from cellwright.app.fleet.schema.settings import Setting, setting_at, settings_below
from cellwright.fleet.config.schema_faults import validate
from cellwright.fleet.yaml.node import Node, Step, get_node
from cellwright.model.names import means_secret
from cellwright.model.text.json_text import PLAIN
from cellwright.model.value import Json

_LONGEST = 400
_UNTOLD = "state.config"
"""Its values are the backend's own: a password may stand there."""


def fleet_hover(root: Node | None, line: int, column: int) -> str:
    """Say it in Markdown; empty if there is nothing to say. Line and column are counted from 1."""
    cursor = cursor_at(root, line, column) if root is not None else None
    if root is None or cursor is None:
        return ""
    item = cursor.setting
    if item is None:
        return _chosen_name(cursor)
    return "\n\n".join((*_described(item), *_in_force(root, cursor, item)))


def _chosen_name(cursor: Cursor) -> str:
    """Say of a name that people have chosen what stands below it."""
    above = setting_at(cursor.keys[:-1])
    return f"**{cursor.keys[-1]}**, below `{above.path}`\n\n{above.words}" if above is not None else ""


def _described(item: Setting) -> Iterator[str]:
    needs = "required" if item.default == "(required)" else f"default {item.default}" if item.default else ""
    yield f"**{item.key}**: {', '.join(part for part in (item.takes, needs) if part)}"
    if item.words:
        yield item.words
    yield f"`{item.path}`, since {item.since}"


def _in_force(root: Node, cursor: Cursor, item: Setting) -> Iterator[str]:
    """Say what a value means that is written in another form, and what holds for keys that are left out."""
    section, _ = validate(root)
    if section is None or item.path.startswith(_UNTOLD):
        return
    whole = section.model_dump(by_alias=True, mode="json")
    value = _follow(whole, cursor.path)
    if isinstance(value, Mapping):
        written = cursor.node.entries or {}
        left_out = [
            (below, value[below.key])
            for below in settings_below(cursor.keys)
            if below.key in value and below.key not in written and _is_told(below, value[below.key])
        ]
        if left_out:
            yield "not written, so: " + ", ".join(f"`{below.key}` {_shown(set_)}" for below, set_ in left_out)
        return
    there = get_node(root, *cursor.path)
    if (
        there is not None
        and value != there.value
        and not isinstance(value, Sequence | None)
        and _is_told(item, value)
    ):
        yield f"in force: {_shown(value)}"


def _is_told(item: Setting, value: object) -> bool:
    return not means_secret(item.key) and value not in (None, [], {}) and not isinstance(value, Mapping)


def _follow(value: Any, path: tuple[Step, ...]) -> Any:  # noqa: ANN401  any JSON
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _shown(value: Json) -> str:
    text = PLAIN.write(value)
    return f"`{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}`"
