"""What may be written at a place of fleet.yaml: keys, choices, and names of what the file itself declares."""

from collections.abc import Iterator, Mapping, Sequence

from cellwright.app.editing.choice import Choice
from cellwright.app.editing.edited import EditedFleet
from cellwright.app.editing.fleet_file.names import named_here
from cellwright.app.editing.place import Place
from cellwright.app.fleet.schema.schema_words import Schema
from cellwright.app.fleet.schema.settings import Setting, setting_at, settings_below
from cellwright.fleet.fleet import FLEET_FILE


def fleet_choices(fleet: EditedFleet, place: Place) -> tuple[Choice, ...]:
    """Give what may be written; keys only where a key is written."""
    item = setting_at(place.path if place.in_value else place.above)
    if place.in_value:
        return tuple(_values(fleet, item)) if item is not None else ()
    keys = tuple(_key(below) for below in settings_below(place.above))
    # An element of a list, on a line of its own, is where a key might begin, too.
    return keys or (tuple(_values(fleet, item)) if item is not None else ())


def _key(item: Setting) -> Choice:
    default = f"default {item.default.strip('`')}" if item.default.startswith("`") else item.default
    detail = ", ".join(part for part in (item.takes.replace("`", ""), default) if part)
    return Choice(item.key, detail, item.words, is_key=True)


def _values(fleet: EditedFleet, item: Setting) -> Iterator[Choice]:
    for text in _choices(item.schema):
        yield Choice(text)
    for name, what in named_here(fleet.known_document(FLEET_FILE), item.path).items():
        yield Choice(name, what)


def _choices(schema: Schema) -> Sequence[str]:
    """Give the values that are all that a setting takes; none if it takes others, too."""
    if choices := schema.get("enum"):
        return tuple(map(str, choices))
    if schema.get("type") == "boolean":
        return ("true", "false")
    inner: Sequence[Mapping[str, object]] = schema.get("anyOf", ())
    items = schema.get("items")
    return tuple(text for part in (*inner, *([items] if items else [])) for text in _choices(part))
