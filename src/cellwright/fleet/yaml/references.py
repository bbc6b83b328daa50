"""References in text: `${cell.tier}`, `${output.base.network.vpc_id}`, and `$${` for a literal `${`.

The name of a secret may hold references itself: `${secret.vault.clients/${cell.name}/db#password}`.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from cellwright.model.settings.secret_settings import LETTERS

_OPEN = re.compile(r"\$\$\{|\$\{")
_SEGMENT = r"[A-Za-z0-9_-]+"
_REFERENCE = re.compile(rf"{_SEGMENT}(?:\.{_SEGMENT}(?:/{_SEGMENT})*)+\Z")
_WRITTEN = re.compile(r"(?<!\$)\$\{([^}]*)\}")
_SECRET = re.compile(r"secret\.([A-Za-z0-9_-]+)\.(.+)\Z", re.DOTALL)
_NESTED = re.compile(r"\$\{\s*secret\.")
_SECRET_LETTERS = re.compile(rf"[#{LETTERS}]*\Z")
_WORD = re.compile(r"[^\W_]")
_GIVING = frozenset({"secret", "output"})
"""What references that may give a secret begin with."""
_ADVICE = "write $${ where a literal ${ is meant"
_FORMS = (
    "references are ${cell.KEY}, ${unit.address}, ${fleet.name}, ${output.STACK.NAME}, "
    f"${{output.LEVEL.STACK.NAME}} or ${{secret.SOURCE.NAME}}; {_ADVICE}"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """The content of `${...}`: what it refers to, then the steps into it."""

    head: str
    """`cell`, `fleet`, `unit`, `output`, `secret`, or a level's placement key."""
    path: tuple[str, ...]
    """At least one step. Of a secret: its source, and its name as written."""
    inner: tuple["TextPart", ...] = ()
    """Of a secret: its name, with the references in it."""

    def __str__(self) -> str:
        return ".".join((self.head, *self.path))


TextPart: TypeAlias = str | Reference


class ReferenceSyntaxError(ValueError):
    """The text contains `${` without a valid reference."""

    def __init__(self, summary: str, advice: str = _ADVICE) -> None:
        super().__init__(summary)
        self.summary = summary
        self.advice = advice


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
        closing = _closing(text, place)
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
    if secret := _SECRET.match(stripped):
        return _secret(*secret.groups())
    if not _REFERENCE.match(stripped):
        # The text is not repeated: it may be part of a secret.
        raise ReferenceSyntaxError("the text between '${' and '}' is no reference", _FORMS)
    head, *path = stripped.split(".")
    return Reference(head, tuple(path))


def holds_reference(text: str) -> bool:
    """Tell whether a text holds a reference of ours; other uses of `${` count as text."""
    written = (inner.strip() for inner in _WRITTEN.findall(text))
    return any(_REFERENCE.match(inner) or _SECRET.match(inner) for inner in written)


def is_made_of_references(text: str) -> bool:
    """Tell whether a text says nothing by itself: what is secret in it, if anything, is kept elsewhere.

    That is so if it has no word beside its references, or if one of them gives a secret or an output, as in
    `postgres://app:${secret.vault.db}@db`. A word beside `${cell.name}` may be the secret itself.
    """
    try:
        parts = parse_text(text)
    except ReferenceSyntaxError:
        return False
    heads = {part.head for part in parts if isinstance(part, Reference)}
    if not heads:
        return False
    words = any(isinstance(part, str) and _WORD.search(part) for part in parts)
    return not words or not heads.isdisjoint(_GIVING)


def is_secret_reference(text: str) -> bool:
    """Tell whether a text, as written, is one reference to a secret and nothing else."""
    return _only_reference(text, "secret")


def is_one_reference(text: str) -> bool:
    """Tell whether a text, as written, is one reference and nothing else."""
    return _only_reference(text)


def _only_reference(text: str, head: str | None = None) -> bool:
    if not text.startswith("${"):
        return False
    try:
        parts = parse_text(text)
    except ReferenceSyntaxError:
        return False
    return len(parts) == 1 and isinstance(parts[0], Reference) and head in (None, parts[0].head)


def escape(text: str) -> str:
    """Write `text` so that reading it gives it back unchanged."""
    return text.replace("${", "$${")


def _closing(text: str, place: int) -> int:
    """Find the '}' that ends a reference whose content begins at `place`; -1 if there is none."""
    end = text.find("}", place)
    if not text.startswith("secret.", place):
        return end
    inside = text.find("${", place, end)
    while 0 <= inside < end:
        place = end + 1
        end = text.find("}", place)
        inside = text.find("${", place, end)
    return end


def _secret(source: str, name: str) -> Reference:
    if _NESTED.search(name):  # also, so that no depth is too deep to be read
        summary = f"the name of a secret of '{source}' can't hold another secret"
        raise ReferenceSyntaxError(summary, "use a key of the cell in its name, or write it out")
    inner = parse_text(name)
    if any(isinstance(part, str) and not _SECRET_LETTERS.match(part) for part in inner):
        summary = f"the name of a secret of '{source}' has letters, digits and _ . / + = @ : - only"
        raise ReferenceSyntaxError(summary, "write ${secret.SOURCE.NAME}, or ${secret.SOURCE.NAME#KEY}")
    return Reference("secret", (source, name), inner)


def _flush(literal: list[str], parts: list[TextPart]) -> None:
    joined = "".join(literal)
    literal.clear()
    if joined:
        parts.append(joined)
