"""Settings of units in the other programs' languages: HCL and YAML."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference, Template, Value


@dataclass(frozen=True, slots=True)
class Language:
    """How a program writes what comes from another unit's outputs."""

    reference: Callable[[OutputReference], str]
    """A value that is one output."""
    template: Callable[[Template], str]
    """A text with outputs in it."""
    equals: str
    """Between a key and its value: ` = ` or `: `."""

    def write(self, value: Value) -> str:
        """Write a value in one line."""
        if isinstance(value, OutputReference):
            return self.reference(value)
        if isinstance(value, Template):
            return self.template(value)
        if isinstance(value, Mapping):
            items = (f"{json.dumps(key)}{self.equals}{self.write(item)}" for key, item in value.items())
            return "{ " + ", ".join(items) + " }"
        if isinstance(value, Sequence) and not isinstance(value, str):
            return "[" + ", ".join(map(self.write, value)) + "]"
        return json.dumps(value, default=float)

    def inputs(self, unit: Unit) -> str:
        """Write a unit's inputs, one a line."""
        return "".join(
            f"  {name}{self.equals}{self.write(item.value)}\n" for name, item in unit.inputs.items()
        )


def hcl(reference: Callable[[OutputReference], str]) -> Language:
    """A language of HCL's kind, with outputs as expressions."""

    def template(text: Template) -> str:
        # The fleets that are compared take outputs, and no secrets.
        parts = (
            f"${{{reference(part)}}}" if isinstance(part, OutputReference) else str(part)
            for part in text.parts
        )
        return f'"{"".join(parts)}"'

    return Language(reference, template, " = ")


def identifier(unit: object) -> str:
    """A unit's address as a name that each of the languages takes."""
    return str(unit).replace("/", "_").replace("-", "_")


def write(path: Path, text: str) -> None:
    """Write a file of a tree, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
