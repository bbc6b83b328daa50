"""What is known of what the cursor is on: its value, where that comes from, what its declaration says."""

import json
from collections.abc import Iterator, Mapping

from cellwright.app.editing.edited import EditedFleet, PlannedCell
from cellwright.app.editing.fleet_file.hover import fleet_hover
from cellwright.app.editing.inputs import InputPlace, input_at, inside, is_secret
from cellwright.app.editing.place import place_at, reference_at
from cellwright.app.editing.references import target_of
from cellwright.app.fleet.explain import value_inside
from cellwright.fleet.shown_value import shown_value
from cellwright.model.hidden_keys import SENSITIVE
from cellwright.model.names import means_secret
from cellwright.model.text.url_credentials import shown_address
from cellwright.model.value import Json, Value

_LONGEST = 2_000


def hover(fleet: EditedFleet, path: str, line: int, column: int) -> str:
    """Say it in Markdown; empty if there is nothing to say. Lines and columns are counted from 0."""
    role = fleet.role(path)
    if role is None:
        return ""
    if not role.levels:
        return fleet_hover(fleet.known_document(path), line + 1, column + 1)
    text = fleet.text(path)
    place = place_at(text, line, column)
    found = input_at(fleet, role.levels, place.path)
    level = found.level if found is not None else role.levels[-1]
    planned = next((item for item in fleet.planned(path) if item.address.level == level.name), None)
    if reference := reference_at(text, line, column):
        target = target_of(fleet, level, planned, reference)
        if target is not None:
            at = f"\n\n{target.position}" if target.position is not None else ""
            return f"{target.what}{at}" + (f"\n\n{target.text}" if target.text else "")
    _, own = inside(fleet, role.levels, place.path)
    parts = [*_declared(found), *(_valued(planned, found, own, place.path) if planned and own else ())]
    return "\n\n".join(parts)


def _declared(place: InputPlace | None) -> Iterator[str]:
    if place is None:
        return
    if not place.steps:
        declared = place.level.stacks[place.stack]
        yield f"stack **{place.stack}** of {place.level.name}: `{shown_address(declared.source)}`"
        return
    item = place.variable
    if item is None:
        return
    needs = "required" if item.required else f"default `{item.default}`" if item.default else "optional"
    yield f"**{item.name}**: `{item.type}`, {'sensitive' if item.sensitive else needs}"
    if item.deprecated is not None:
        yield f"deprecated: {item.deprecated}"
    if item.description:
        yield item.description
    if item.choices:
        yield "One of " + ", ".join(f"`{text}`" for text in item.choices)


def _valued(
    planned: PlannedCell, place: InputPlace | None, path: tuple[str, ...], written: tuple[str, ...]
) -> Iterator[str]:
    """Say the value in the cell, and every layer that sets it; the one that decides is last."""
    if written != path or (place is not None and not place.steps) or (len(path) == 1 and path[0] == "stacks"):
        return
    hidden = is_secret(planned, place, path)
    known, value = _value(planned, place, path)
    if known and planned.setting(path) is not None:
        yield f"in {planned.address}:\n```json\n{_shown(shown_value(value, sensitive=hidden))}\n```"
    setting = planned.setting(path)
    layers = setting.layers() if setting is not None else ()
    if layers:
        lines = [
            f"- {layer.node.position} `{_shown(shown_value(layer.written(), sensitive=hidden), 60)}`"
            for layer in layers
        ]
        yield "set by\n" + "\n".join(lines)


def _value(planned: PlannedCell, place: InputPlace | None, path: tuple[str, ...]) -> tuple[bool, Value]:
    if place is not None:
        unit = planned.unit(place.stack)
        if unit is None or place.steps[0] not in unit.inputs:
            return False, None
        return True, value_inside(unit.inputs[place.steps[0]].value, place.steps[1:])
    if path[0] not in planned.cell.settings:
        return False, None
    return True, value_inside(planned.cell.settings[path[0]], path[1:])


def _without_named(value: Json) -> Json:
    """Mark what has the name of a secret inside of a mapping, as each is when the cursor is on it."""
    if isinstance(value, Mapping):
        return {
            key: SENSITIVE if means_secret(key) and item is not None else _without_named(item)
            for key, item in value.items()
        }
    return [_without_named(item) for item in value] if isinstance(value, list | tuple) else value


def _shown(value: Json, longest: int = _LONGEST) -> str:
    text = json.dumps(_without_named(value), ensure_ascii=False, default=float)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
