"""What is typed into a field as a setting of the file, and back."""

import re
from dataclasses import dataclass
from decimal import Decimal

from cellwright.app.clients.form.fields import LONGEST_VALUE, Field, FieldKind
from cellwright.fleet.yaml.node import Node
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.references import holds_reference
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json, Value

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
_NOTHING = "null"
_QUOTED_LENGTH = 2


@dataclass(frozen=True, slots=True)
class Written:
    """A field's text as it is written into the file, or why it can't be."""

    text: str = ""
    """In the file's syntax; may have several lines."""
    value: Json = None
    """Of a single value: what the text reads as."""
    node: Node | None = None
    """What the text reads as, for a value with parts."""
    faults: tuple[Diagnostic, ...] = ()


def written(field: Field, typed: str) -> Written:
    """Read what was typed. A text is taken as it is; `""` is an empty one, `null` no value at all.

    A number or a truth that is none is written as a text, so that the checker says what is wrong with it.
    """
    if len(typed) > LONGEST_VALUE:
        summary = f"this has {len(typed):,} characters, a setting at most {LONGEST_VALUE:,}"
        return Written(faults=(error(summary, "keep bulk data elsewhere", Position(field.key)),))
    match field.kind:
        case FieldKind.YAML:
            return _with_parts(field, typed)
        case FieldKind.SECRET:
            return _secret(field, typed.strip())
        case FieldKind.NUMBER if _NUMBER.match(typed.strip()):
            return _single(read_json(typed.strip()))
        case FieldKind.SWITCH if typed in {"true", "false"}:
            return _single(typed == "true")
        case _:
            return _single(_text(typed))


def _single(value: Json) -> Written:
    return Written(flow_style(value), value)


def typed_value(field: Field, value: Value) -> str:
    """Give what one types to have this value: the reverse of `written` for a single value."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return flow_style(value)
    if not isinstance(value, str):
        return ""
    plain = field.kind is not FieldKind.TEXT or _text(value) == value
    return value if plain and value else flow_style_text(value)


def flow_style_text(value: str) -> str:
    """Write a text in quotes."""
    written_text = flow_style(value)
    return written_text if written_text.startswith('"') else f'"{value}"'


def _text(typed: str) -> Json:
    if typed == _NOTHING:
        return None
    if len(typed) >= _QUOTED_LENGTH and typed[0] == typed[-1] == '"':
        try:
            found = read_json(typed)
        except ValueError:
            return typed
        return found if isinstance(found, str) else typed
    return typed


def _secret(field: Field, typed: str) -> Written:
    if typed == _NOTHING or holds_reference(typed):
        return _single(_text(typed))
    # Its value is repeated nowhere.
    return Written(
        faults=(
            error(
                f"'{field.name}' is sensitive, and its value would be in the repository for all to read",
                "write where it is kept: ${secret.SOURCE.NAME}",
                Position(field.key),
            ),
        )
    )


def _with_parts(field: Field, typed: str) -> Written:
    text = "\n".join(line.rstrip() for line in typed.splitlines()).strip("\n")
    document = read_document(f"{text}\n", field.key)
    if document.faults or document.root is None:
        return Written(faults=document.faults)
    return Written(text, None, document.root)
