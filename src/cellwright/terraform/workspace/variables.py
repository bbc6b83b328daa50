"""How each input reaches Terraform: in a file, in the environment, or in a file that exists for a moment."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.model.value import Json
from cellwright.stacks.types.facade import AnyType, Primitive, TypeConstraint

MAX_VARIABLE = 120_000
"""Bytes that one environment string may have here; the kernel's limit is 131,072 (execve(2))."""

MAX_ENVIRONMENT = 512_000
"""Bytes that all secrets together may take of the space for arguments and environment."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class InputValue:
    """One input, ready for Terraform."""

    name: str
    value: Json = field(repr=False)
    type: TypeConstraint | None = None
    """What the stack's variable declares; decides how its text in the environment is read."""
    secret: bool = False
    """The variable is marked sensitive, or the value comes from a sensitive output."""
    ephemeral: bool = False
    """Not kept in plans, so it is given to `apply` again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The ways for one unit's inputs."""

    file: Mapping[str, Json]
    """Nothing secret; lies in the working folder."""
    environment: Mapping[str, str] = field(repr=False)
    """TF_VAR_* with secrets."""
    private: Mapping[str, Json] = field(repr=False)
    """Secrets that no environment can carry: a file of mode 0600, removed when the command is done."""

    def of(self, names: Iterable[str]) -> "Delivery":
        """Keep only some inputs on the secret ways."""
        kept = frozenset(names)
        return Delivery(
            self.file,
            {key: text for key, text in self.environment.items() if key.removeprefix("TF_VAR_") in kept},
            {name: value for name, value in self.private.items() if name in kept},
        )


def deliver(inputs: Iterable[InputValue], *, environment_counts: bool = True) -> Delivery:
    """Choose each input's way.

    A secret goes by the environment, unless its text there would be ambiguous (type `any`), too long, or
    overruled: Terraform lets a stack's own `*.auto.tfvars` win over the environment, so with such a file
    around (`environment_counts` false) secrets go by the private file, which wins over everything.
    """
    file, environment, private = dict[str, Json](), dict[str, str](), dict[str, Json]()
    left = MAX_ENVIRONMENT if environment_counts else 0
    for item in inputs:
        if not (item.secret or item.ephemeral) or item.value is None:
            file[item.name] = item.value
            continue
        text = _environment_text(item)
        size = 0 if text is None else len(text.encode("utf-8", "replace"))
        if text is None or size > min(MAX_VARIABLE, left):
            private[item.name] = item.value
        else:
            environment[f"TF_VAR_{item.name}"] = text
            left -= size
    return Delivery(file, environment, private)


def expression(value: Json) -> str:
    """Write a value as a Terraform expression whose strings mean themselves."""
    if isinstance(value, Mapping):
        inside = (f"{expression(str(key))}: {expression(item)}" for key, item in value.items())
        return f"{{{', '.join(inside)}}}"
    if isinstance(value, str):
        return f'"{_escape(value)}"'
    if isinstance(value, Sequence):
        return f"[{', '.join(map(expression, value))}]"
    return json.dumps(value)


def _environment_text(item: InputValue) -> str | None:
    """The text for TF_VAR_*; None if it could be misread.

    Terraform takes it literally for primitive types and reads an expression for all others; with `any`, or
    no type at all, that depends on how the declaration is spelled.
    """
    if isinstance(item.type, Primitive):
        if isinstance(item.value, str):
            return None if "\0" in item.value else item.value
        return None if isinstance(item.value, Mapping | Sequence) else json.dumps(item.value)
    if item.type is None or isinstance(item.type, AnyType):
        return None
    return expression(item.value)


def _escape(text: str) -> str:
    plain = "".join(_ESCAPES.get(char) or _control(char) for char in text)
    return plain.replace("${", "$${").replace("%{", "%%{")


def _control(char: str) -> str:
    return f"\\u{ord(char):04x}" if char < " " else char
