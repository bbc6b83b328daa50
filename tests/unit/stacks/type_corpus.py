"""Declarations of variables, and values for them, by chance; the judges are the programs themselves."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.model.value import Json

LEAVES = ("string", "number", "bool", "any", "any")
SCALARS: Sequence[Json] = ("x", "1", "true", "", "1e3", 0, 1, 2.5, -3, True, False, None, None)
ARGUMENTS = (
    *("sensitive = true", "nullable = false", "nullable = true", 'description = "x"', "ephemeral = true"),
    *("sensitive = null", 'nullable = "false"', "sensitive = 1", 'sensitive = "yes"', "description = null"),
    *("description = 1", "description = [1]", "description = var.x", "typ = string", "required = true"),
    *("default = var.x", 'default = file("x")', "default = [upper(var.x)]", 'default = "${var.x}"'),
    *("validation = true", "default {}", "validation {}", "default = -1", "default = !true"),
    *("type = string", "default = null"),
)
NAMES = (
    "1a",
    "a b",
    "a.b",
    "",
    "-a",
    "a-b",
    "_a",
    "é",
    "source",
    "version",
    "count",
    "lifecycle",
    "locals",
    "type",
)
ODD_TYPES = (
    *(
        '"string"',
        '"list"',
        '"list(string)"',
        '"x"',
        "strin",
        "list()",
        "list(string, number)",
        "list",
        "map",
        "set",
    ),
    *(
        "object",
        "tuple",
        "object({})",
        "tuple([])",
        "object([])",
        "tuple({})",
        "string()",
        "any()",
        "null",
        "1",
    ),
    *('object({"a" = string})', 'object({"a.b" = string})', "object({a = string, a = number})", "list(list)"),
    *('object({a = optional(number, "x")})', "object({a = optional()})", "optional(string)", "list(map)"),
    *(
        "object({a = optional(string, 1, 2)})",
        "object({a = optional(list(any), [1, true])})",
        "var.x",
        "object({(a) = string})",
    ),
    *(
        "object({a = optional(string, var.x)})",
        'object({a = optional(string, upper("x"))})',
        "object({1 = string})",
    ),
    *(
        "object({a = optional(number, -1)})",
        "object({true = string})",
        "object({a: string})",
        "list(optional(string))",
    ),
    *(
        "object({a = optional(object({b = string}), {})})",
        "object({a = optional(object({b = optional(string)}), {})})",
    ),
    *(
        "object({a = optional(string, null)})",
        'object({a = optional(bool, "true")})',
        "object({a = optional(bool, 1)})",
    ),
)


@dataclass(frozen=True, slots=True)
class Declared:
    """A `variable` block, in either syntax."""

    text: str
    in_json: bool = False

    @property
    def file(self) -> str:
        """The name of a file for it."""
        return "main.tf.json" if self.in_json else "main.tf"


class Chance:
    """Makes types, values and declarations; the same for one seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 -- no secrets

    def type(self, depth: int = 3) -> str:
        """Make a type constraint, whose defaults may not fit."""
        if depth == 0 or self._chance.random() < 0.3:
            return self._chance.choice(LEAVES)
        match self._chance.choice(("list", "set", "map", "list", "map", "tuple", "object", "object")):
            case "tuple":
                return (
                    f"tuple([{', '.join(self.type(depth - 1) for _ in range(self._chance.randint(0, 2)))}])"
                )
            case "object":
                names = self._chance.sample("abc", self._chance.randint(0, 2))
                return f"object({{{', '.join(f'{name} = {self._attribute(depth - 1)}' for name in names)}}})"
            case collection:
                return f"{collection}({self.type(depth - 1)})"

    def _attribute(self, depth: int) -> str:
        inner = self.type(depth)
        if self._chance.random() < 0.4:
            return (
                f"optional({inner}, {expression(self.value(depth))})"
                if self._chance.random() < 0.5
                else f"optional({inner})"
            )
        return inner

    def value(self, depth: int = 4) -> Json:
        """Make a value, most often one whose parts look alike."""
        if depth == 0 or self._chance.random() < 0.3:
            return self._chance.choice(SCALARS)
        count = self._chance.randint(0, 3)
        alike = self._chance.random() < 0.5
        items = [self.value(depth - 1) for _ in range(count)]
        if alike and items:
            items = [self._changed(items[0]) for _ in items]
        if self._chance.random() < 0.5:
            return items
        return dict(zip(self._chance.sample("abc", count), items, strict=True))

    def _changed(self, value: Json) -> Json:
        """Give the same shape with another scalar, or a null, here and there."""
        if self._chance.random() < 0.1:
            return self._chance.choice((None, {}, [], "x"))
        if isinstance(value, dict):
            return {key: self._changed(item) for key, item in value.items() if self._chance.random() < 0.9}
        if isinstance(value, list):
            return [self._changed(item) for item in value]
        return self._chance.choice(SCALARS) if self._chance.random() < 0.2 else value

    def declaration(self, name: str) -> Declared:
        """Make a `variable` block that may be wrong in some way."""
        chance = self._chance
        if chance.random() < 0.1:
            name = chance.choice(NAMES) if chance.random() < 0.3 else name
        kind = chance.choice(ODD_TYPES) if chance.random() < 0.3 else self.type()
        default = self.value() if chance.random() < 0.5 else None
        if chance.random() < 0.2:
            return Declared(self._in_json(name, kind, default), in_json=True)
        lines = [f"type = {kind}"] if chance.random() < 0.9 else []
        if chance.random() < 0.6:
            lines.append(f"default = {expression(default)}")
        if chance.random() < 0.4:
            lines.append(chance.choice(ARGUMENTS))
        chance.shuffle(lines)
        return Declared(f'variable "{name}" {{\n' + "".join(f"  {line}\n" for line in lines) + "}\n")

    def _in_json(self, name: str, kind: str, default: Json) -> str:
        body: dict[str, Json] = {"type": kind.strip('"')}
        if self._chance.random() < 0.6:
            body["default"] = default
        if self._chance.random() < 0.4:
            extra: tuple[dict[str, Json], ...] = (
                {"typ": 1},
                {"nullable": False},
                {"sensitive": "x"},
                {"description": "${var.x}"},
                {"//": "note"},
                {"default": "${var.x}"},
                {"validation": {}},
                {"sensitive": True},
                {"default": "$${x}"},
                {"sensitive": None},
                {"description": None},
                {"default": ["${var.x}", 1]},
                {"typ": None},
                {"sensitive": "${true}"},
            )
            body |= self._chance.choice(extra)
        return json.dumps({"variable": {name: body}})


def expression(value: Json) -> str:
    """Write a value in native syntax."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {expression(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(expression, value)) + "]"
    return json.dumps(value)
