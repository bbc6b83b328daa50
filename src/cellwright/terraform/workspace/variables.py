"""How each input reaches Terraform: in a file, in the environment, or in a temporary private file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.model.text.json_text import PLAIN
from cellwright.model.value import Json
from cellwright.stacks.types.constraint import AnyType, Primitive, TypeConstraint

MAX_VARIABLE = 120_000
"""Bytes that one environment string may have here; the kernel's limit is 131,072 (execve(2))."""

MAX_ENVIRONMENT = 512_000
"""Bytes that all secrets together may take of the space for arguments and environment."""

_SPECIAL = re.compile(r'["\\]|[$%]\{')
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
class InputChannels:
    """One unit's inputs by the channel through which Terraform gets them."""

    file: Mapping[str, Json]
    """No secrets; a file in the working folder."""
    environment: Mapping[str, str] = field(repr=False)
    """TF_VAR_* with secrets."""
    private: Mapping[str, Json] = field(repr=False)
    """Secrets that don't fit into the environment: a file of mode 0600, removed after the command."""

    def only(self, names: Iterable[str]) -> "InputChannels":
        """Keep the secrets of these inputs only."""
        kept = frozenset(names)
        return InputChannels(
            self.file,
            {key: text for key, text in self.environment.items() if key.removeprefix("TF_VAR_") in kept},
            {name: value for name, value in self.private.items() if name in kept},
        )


def assign_channels(inputs: Iterable[InputValue], *, use_environment: bool = True) -> InputChannels:
    """Choose the channel of each input.

    A secret goes into the environment, unless its text there would be ambiguous (type `any`) or too long, or
    would be overridden: in Terraform a stack's own `*.auto.tfvars` overrides the environment. If the stack
    has such a file (`use_environment` is false), secrets go into the private file, which overrides all.
    """
    file, environment, private = dict[str, Json](), dict[str, str](), dict[str, Json]()
    left = MAX_ENVIRONMENT if use_environment else 0
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
    return InputChannels(file, environment, private)


def expression(value: Json) -> str:
    """Write a value as a Terraform expression; strings are escaped, so that none is read as a template."""
    if isinstance(value, Mapping):
        inside = (f"{expression(str(key))}: {expression(item)}" for key, item in value.items())
        return f"{{{', '.join(inside)}}}"
    if isinstance(value, str):
        return f'"{_escape(value)}"'
    if isinstance(value, Sequence):
        return f"[{', '.join(map(expression, value))}]"
    return PLAIN.write(value)


def _environment_text(item: InputValue) -> str | None:
    """The text for TF_VAR_*; None if it could be misread.

    Terraform takes it literally for primitive types and reads an expression for all others; with `any`, or
    no type at all, that depends on how the declaration is spelled.
    """
    if isinstance(item.type, Primitive):
        if isinstance(item.value, str):
            return None if "\0" in item.value else item.value
        return None if isinstance(item.value, Mapping | Sequence) else PLAIN.write(item.value)
    if item.type is None or isinstance(item.type, AnyType):
        return None
    return expression(item.value)


def _escape(text: str) -> str:
    if text.isprintable() and not _SPECIAL.search(text):
        return text
    plain = "".join(_ESCAPES.get(char) or _control(char) for char in text)
    return plain.replace("${", "$${").replace("%{", "%%{")


def _control(char: str) -> str:
    return f"\\u{ord(char):04x}" if char < " " else char
