"""References in text: `${cell.tier}`, `${output.base.network.vpc_id}`, and `$${` for a literal `${`."""

import re
from dataclasses import dataclass
from typing import TypeAlias

_OPEN = re.compile(r"\$\$\{|\$\{")
_SEGMENT = r"[A-Za-z0-9_-]+"
_REFERENCE = re.compile(rf"{_SEGMENT}(?:\.{_SEGMENT}(?:/{_SEGMENT})*)+\Z")
_WRITTEN = re.compile(r"(?<!\$)\$\{([^}]*)\}")
_ADVICE = "write $${ where a literal ${ is meant"


@dataclass(frozen=True, slots=True)
class Reference:
    """The content of `${...}`: what it refers to, then the steps into it."""

    head: str
    """`cell`, `fleet`, `unit`, `output`, `secret`, or a level's placement key."""
    path: tuple[str, ...]
    """At least one step."""

    def __str__(self) -> str:
        return ".".join((self.head, *self.path))


TextPart: TypeAlias = str | Reference


class ReferenceSyntaxError(ValueError):
    """The text contains `${` without a valid reference."""

    def __init__(self, summary: str) -> None:
        super().__init__(summary)
        self.summary = summary
        self.advice = _ADVICE


def parse_text(text: str) -> tuple[TextPart, ...]:
    """Split `text` into literal parts (escapes replaced) and references; no two literals adjoin.

    Raises:
        ReferenceSyntaxError: a `${` that is not closed, or not followed by a reference.
    """
    parts: list[TextPart] = []
    literal: list[str] = []
    place = 0
    while opening := _OPEN.search(text, place):
        literal.append(text[place : opening.start()])
        place = opening.end()
        if opening.group() == "$${":
            literal.append("${")
            continue
        closing = text.find("}", place)
        if closing < 0:
            raise ReferenceSyntaxError("a reference that begins with '${' has no closing '}'")
        _flush(literal, parts)
        parts.append(parse_reference(text[place:closing]))
        place = closing + 1
    literal.append(text[place:])
    _flush(literal, parts)
    return tuple(parts)


def parse_reference(text: str) -> Reference:
    """Parse the content of `${...}`.

    Raises:
        ReferenceSyntaxError: it is not of the form `head.step.step`.
    """
    stripped = text.strip()
    if not _REFERENCE.match(stripped):
        # The text is not repeated: it may be part of a secret.
        raise ReferenceSyntaxError("the text between '${' and '}' is no reference")
    head, *path = stripped.split(".")
    return Reference(head, tuple(path))


def holds_reference(text: str) -> bool:
    """Tell whether a text holds a reference of ours; other uses of `${` count as text."""
    return any(_REFERENCE.match(inner.strip()) for inner in _WRITTEN.findall(text))


def escape(text: str) -> str:
    """Write `text` so that reading it gives it back unchanged."""
    return text.replace("${", "$${")


def _flush(literal: list[str], parts: list[TextPart]) -> None:
    joined = "".join(literal)
    literal.clear()
    if joined:
        parts.append(joined)
