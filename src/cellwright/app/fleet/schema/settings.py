"""Every setting with its description: the words stand in settings.yaml, all else is the parser's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cellwright.app.fleet.schema.schema_words import Schema, bounds, default, kind, named
from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.fleet import FLEET_FILE

_WORDS = Path(__file__).with_name("settings.yaml")
_WHOLE = FleetSection.__name__
_ANY = "NAME"
"""The step of a path that stands for a name which the fleet's people choose."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of fleet.yaml."""

    path: str
    """Such as `levels[].stacks.NAME.source`: `NAME` is any name, `[]` each element of a list."""
    words: str
    since: str
    """The version of Cellwright that first had it."""
    section: str
    """The parser's model that has the key, as JSON Schema names it."""
    schema: Schema
    """What the parser takes there."""

    @property
    def key(self) -> str:
        """The key itself."""
        return self.path.rpartition(".")[2]

    @property
    def takes(self) -> str:
        """Which values it takes, in words."""
        within = bounds(self.schema)
        value = f"{kind(self.schema)}, {within}" if within else kind(self.schema)
        return value.replace(" or null", "")

    @property
    def default(self) -> str:
        """The default as it would be written; empty if that is nothing, or a mapping of further keys."""
        return default(self.schema)

    @property
    def steps(self) -> tuple[str, ...]:
        """The path without the marks of lists."""
        return tuple(self.path.replace("[]", "").split("."))


@dataclass(frozen=True, slots=True)
class CellKeys:
    """The keys with a meaning in the file of a cell or a layer; any other one is the fleet's own."""

    about: str
    words: Mapping[str, str]
    """By path, as in `Setting`."""


@cache
def fleet_settings() -> tuple[Setting, ...]:
    """Give every key of fleet.yaml that the parser takes, in its order; without words where it has none."""
    words, since = described(), _read()["since"]
    first, later = str(since["first"]), {str(key): str(value) for key, value in since["later"].items()}
    whole = FleetSection.model_json_schema()
    found = _settings(whole, "", whole["$defs"], (_WHOLE,))
    return tuple(
        Setting(path, words.get(path, ""), later.get(path, first), section, schema)
        for path, section, schema in found
    )


def setting_at(path: Sequence[str]) -> Setting | None:
    """Find the setting that keys lead to (places in lists are left out); None if there is none."""
    for item in fleet_settings():
        steps = item.steps
        if len(steps) == len(path) and all(
            step in (_ANY, given) for step, given in zip(steps, path, strict=True)
        ):
            return item
    return None


def settings_below(path: Sequence[str]) -> tuple[Setting, ...]:
    """Give the keys that a mapping may have, by the keys that lead to it; none if any key may stand there."""
    depth = len(path)
    return tuple(
        item
        for item in fleet_settings()
        if len(item.steps) == depth + 1
        and item.steps[-1] != _ANY
        and all(step in (_ANY, given) for step, given in zip(item.steps, path, strict=False))
    )


def described() -> Mapping[str, str]:
    """Give the words on each key of fleet.yaml, by its path."""
    return {str(path): str(text) for path, text in _read()[FLEET_FILE].items()}


@cache
def cell_keys() -> CellKeys:
    """Give the keys of cells and layers."""
    found = _read()["cells"]
    return CellKeys(str(found["about"]), {str(path): str(text) for path, text in found["keys"].items()})


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return found


def _settings(
    schema: Schema, path: str, definitions: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[str, str, Schema]]:
    """Yield path, section and schema of each key below a path."""
    name = named(schema)
    if name in above:
        return
    found = definitions[name] if name else schema
    above = (*above, name) if name else above
    for part in found.get("anyOf", ()):
        yield from _settings(part, path, definitions, above)
    for key, part in found.get("properties", {}).items():
        own = f"{path}.{key}" if path else key
        yield own, above[-1], part
        yield from _settings(part, own, definitions, above)
    if isinstance(values := found.get("additionalProperties"), dict):
        yield from _settings(values, f"{path}.{_ANY}", definitions, above)
    if "items" in found:
        yield from _settings(found["items"], f"{path}[]", definitions, above)
