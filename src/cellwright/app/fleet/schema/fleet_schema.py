"""The schema of fleet.yaml, made from the models by which it is read."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from cellwright.app.fleet.schema.settings import fleet_settings
from cellwright.fleet.config.schema import FleetSection

DRAFT = "http://json-schema.org/draft-07/schema#"
"""What every editor's YAML support reads."""
_SCALARS = ["string", "number", "boolean"]
_WRITTEN: dict[str, JsonSchemaValue] = {
    "_seconds": {"type": "string", "pattern": "^[1-9][0-9]*[smh]$"},
    "_days": {"type": "string", "pattern": "^[1-9][0-9]*d$"},
    "_hold": {"type": "string", "pattern": "^[0-9]+d$"},
    "relay_setting": {"type": "boolean"},
}
"""The other form in which a value may be written, by the function that converts it."""


class _Generator(GenerateJsonSchema):
    """Also allows the forms that are converted before they are checked."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        name = getattr(schema["function"]["function"], "__name__", "")
        return {"anyOf": [self.generate_inner(schema["schema"]), _WRITTEN.get(name, {"type": _SCALARS})]}


def fleet_schema() -> dict[str, Any]:
    """Give the schema of fleet.yaml."""
    found = FleetSection.model_json_schema(
        by_alias=True, schema_generator=_Generator, ref_template="#/definitions/{model}"
    )
    definitions = found.pop("$defs")
    # A section in two places, such as a wave's `before` and `after`, is described by the first.
    words = {(item.section, item.key): item.words for item in reversed(fleet_settings())}
    for name, section in {FleetSection.__name__: found, **definitions}.items():
        section.pop("title", None)
        for key, value in section.get("properties", {}).items():
            section["properties"][key] = _described(value, words.get((name, key), ""))
    return {"$schema": DRAFT, **found, "title": "fleet.yaml", "definitions": definitions}


def _described(value: dict[str, Any], text: str) -> dict[str, Any]:
    shown = {key: item for key, item in value.items() if key != "title"}
    # Beside a `$ref`, this draft ignores everything.
    below = {"allOf": [{"$ref": shown.pop("$ref")}], **shown} if "$ref" in shown else shown
    return {"description": text, **below} if text else below
