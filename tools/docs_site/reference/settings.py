"""The page of all settings, made from the schema of fleet.yaml and what cells and layers may hold."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from cellwright.fleet.config.schema import FleetSection
from docs_site.reference.markdown import cell, table
from docs_site.reference.schema_tables import Schema, bounds, default, kind, named

_TEXTS = Path(__file__).with_name("settings.yaml")
_HEAD = """# Every setting

Made from the code: every key of `fleet.yaml`, and what the file of a cell or a layer may hold.
[The fleet repository](../fleet.md) explains how they work together. Another key in `fleet.yaml` is an
error, for which `cellwright check` names the nearest one.

`NAME` stands for a name that you choose, `[]` for each element of a list. Durations are numbers of
seconds, or written like `90s`, `30m`, `2h`; where days make sense, also `30d`.

"""
Described = Mapping[str, str]


def settings_page() -> str:
    """Write the page."""
    texts = described()
    lines: list[str] = []
    for section, rows in _sections().items():
        lines += [f"## {section}", ""]
        if len(rows) > 1:  # the section's own row says nothing else
            lines += [cell(texts.get(section, "")), ""]
        shown = rows[1:] or rows
        lines += table(
            ("key", "value", "default", "meaning"), (_row(key, part, texts) for key, part in shown)
        )
    return _HEAD + "\n".join([*lines, *_cells()])


def described() -> Described:
    """What each key means, by its path, where the schema has no words for it."""
    found = yaml.safe_load(_TEXTS.read_text())
    return {str(key): str(text) for key, text in found["fleet.yaml"].items()}


def keys() -> Iterator[tuple[str, Schema]]:
    """Each key of fleet.yaml by its path, such as `levels[].stacks.NAME.source`."""
    whole = FleetSection.model_json_schema()
    yield from _keys(whole, "", whole["$defs"], ())


def _keys(
    schema: Schema, path: str, definitions: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[str, Schema]]:
    name = named(schema)
    if name in above:
        return
    found = definitions[name] if name else schema
    above = (*above, name) if name else above
    for part in found.get("anyOf", ()):
        yield from _keys(part, path, definitions, above)
    for key, part in found.get("properties", {}).items():
        own = f"{path}.{key}" if path else key
        yield own, part
        yield from _keys(part, own, definitions, above)
    if isinstance(values := found.get("additionalProperties"), dict):
        yield from _keys(values, f"{path}.NAME", definitions, above)
    if "items" in found:
        yield from _keys(found["items"], f"{path}[]", definitions, above)


def _sections() -> dict[str, list[tuple[str, Schema]]]:
    sections: dict[str, list[tuple[str, Schema]]] = {}
    for key, part in keys():
        sections.setdefault(key.split(".")[0].removesuffix("[]"), []).append((key, part))
    return sections


def _row(key: str, part: Schema, texts: Described) -> tuple[str, ...]:
    within = bounds(part)
    value = f"{kind(part)}, {within}" if within else kind(part)
    return (
        f"`{key}`",
        value.replace(" or null", ""),
        default(part),
        part.get("description") or texts.get(key, ""),
    )


def _cells() -> Iterator[str]:
    """The keys of cells and layers, which have no schema of their own: any other key is the fleet's own."""
    found = yaml.safe_load(_TEXTS.read_text())["cells"]
    yield from ("## Cells and layers", "", cell(found["about"]), "")
    yield from table(("key", "meaning"), ((f"`{key}`", text) for key, text in found["keys"].items()))
