"""What a document's schema says of its parts: which keys a mapping always has, and so can't lose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """The schema of a part."""

    schema: Schema = field(default_factory=dict)
    definitions: Schema = field(default_factory=dict)

    @classmethod
    def of(cls, model: type[BaseModel]) -> "Shape":
        """Give that of a whole document."""
        schema = model.model_json_schema(by_alias=True)
        return cls(schema, schema.get("$defs", {}))

    @property
    def fixed(self) -> bool:
        """Whether it is a mapping with keys that it always has."""
        return "properties" in self.schema

    def at(self, key: str | int) -> "Shape":
        """Give the shape of a mapping's value, or of a list's element."""
        if isinstance(key, int):
            return self._made(self.schema.get("items", {}))
        known: Schema = self.schema.get("properties", {})
        below = known.get(key, self.schema.get("additionalProperties", {}))
        return self._made(below if isinstance(below, Mapping) else {})

    def _made(self, schema: Schema) -> "Shape":
        """Follow references, and take the alternative that is no null."""
        for _ in range(8):
            if "$ref" in schema:
                schema = self.definitions[str(schema["$ref"]).rpartition("/")[2]]
            elif "anyOf" in schema:
                schema = next((part for part in schema["anyOf"] if part.get("type") != "null"), {})
            else:
                break
        return Shape(schema, self.definitions)
