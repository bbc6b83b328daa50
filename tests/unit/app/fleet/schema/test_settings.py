"""Each setting is described once, and the descriptions are those of what the parser takes: none more."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from cellwright.app.fleet.schema.fleet_schema import fleet_schema
from cellwright.app.fleet.schema.schema_words import bounds, default, kind
from cellwright.app.fleet.schema.settings import (
    cell_keys,
    described,
    fleet_settings,
    setting_at,
    settings_below,
)
from cellwright.capacity.places import KEY as CAPACITY
from cellwright.fleet.config.configuration import read_configuration
from cellwright.fleet.config.document_rules import document_faults
from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.lifecycle import LIFECYCLE
from cellwright.fleet.resolve.own_exceptions import KEY as EXCEPTIONS
from cellwright.fleet.resolve.own_imports import KEY as IMPORTS
from cellwright.fleet.tags import TAGS
from cellwright.fleet.yaml.reader import read_document
from cellwright.ipam.holdings import KEY as ADDRESSES
from cellwright.model.binary import KEYS


def models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for part in get_args(annotation):
        yield from models(part)


def taken(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The keys that the parser's models take, without marks of lists and names of one's own."""
    for name, field in model.model_fields.items():
        own = (*path, field.alias or name)
        yield own
        for below in models(field.annotation):
            yield from taken(below, own)


def test_every_key_that_the_parser_takes_is_described_and_none_more() -> None:
    found = {tuple(step for step in item.steps if step != "NAME") for item in fleet_settings()}
    assert found == set(taken(FleetSection))
    assert set(described()) == {item.path for item in fleet_settings()}
    for item in fleet_settings():
        assert item.words.endswith((".", "…")), item.path
        assert item.since, item.path
        assert "description" not in item.schema, f"{item.path} is described in the parser, too"


def test_a_key_that_is_not_described_is_refused_by_the_parser() -> None:
    text = "fleet: a\nlevels: [{name: b, cells: c}]\n"
    for path in {item.path.rpartition(".")[0] for item in fleet_settings()} - {""}:
        if "NAME" in path or "[]" in path:
            continue
        inner = f"{path.replace('.', ': {')}: {{zzz: 1{'}' * (path.count('.') + 1)}"
        document = read_document(f"{text}{inner}\n", "fleet.yaml")
        findings = read_configuration(document, bool)[1]
        assert any("unknown key 'zzz'" in item.summary for item in findings), path


def test_the_schema_of_fleet_yaml_has_the_same_words() -> None:
    schema = fleet_schema()
    sections = {FleetSection.__name__: schema, **schema["definitions"]}
    for item in fleet_settings():
        words = sections[item.section]["properties"][item.key]["description"]
        first = next(one for one in fleet_settings() if (one.section, one.key) == (item.section, item.key))
        assert words == first.words


def test_the_keys_of_cells_are_those_with_a_meaning() -> None:
    meant = {*RESERVED, LIFECYCLE, EXCEPTIONS, IMPORTS, ADDRESSES, CAPACITY, TAGS, "PLACEMENT"}
    words = cell_keys().words
    assert {path.split(".")[0] for path in words} == meant
    assert meant <= set(words), "the key itself is described, not only what is below it"
    assert {path.split(".")[1] for path in words if path.startswith("terraform.")} == set(KEYS)
    document = read_document("terraform: {zzz: a}\n", "cell.yaml")
    assert document.root is not None
    assert "can't be set for a cell" in str(next(document_faults(document.root, ())))


def test_a_setting_is_found_by_the_keys_that_lead_to_it() -> None:
    found = setting_at(("levels", "stacks", "app", "source"))
    assert found is not None
    assert (found.path, found.takes, found.default) == ("levels[].stacks.NAME.source", "text", "(required)")
    assert setting_at(("levels", "stacks", "app")) is None
    assert setting_at(("levels", "stacks", "app", "sauce")) is None
    assert [item.key for item in settings_below(("terraform", "limits"))] == ["fleet", "account", "run"]
    assert settings_below(("levels", "stacks")) == ()
    assert {item.key for item in settings_below(("checks", "smoke"))} >= {"command", "http"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"enum": ["fill", "spread"]}, "`fill` or `spread`"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or null"),
        ({"type": "array", "items": {"type": "boolean"}}, "list of true or false"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "mapping to text"),
        ({"$ref": "#/$defs/Part"}, "mapping"),
        ({"const": 1}, "`1`"),
        ({}, "any value"),
    ],
)
def test_a_schema_is_said_in_words(schema: dict[str, object], words: str) -> None:
    assert kind(schema) == words


def test_bounds_and_defaults_are_said_in_words() -> None:
    assert bounds({"exclusiveMinimum": 0, "maximum": 9}) == "1 to 9"
    assert bounds({"anyOf": [{"gt": 0}, {"type": "null"}]}) == "at least 1"
    assert bounds({"maximum": 9}) == "at most 9"
    assert default({}) == "(required)"
    assert default({"default": False}) == "`false`"
    assert default({"default": None}) == ""
