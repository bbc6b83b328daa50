"""Parses JSON syntax (`*.tf.json`) into bodies and blocks (Terraform, "JSON Configuration")."""

import json
import re
from collections.abc import Iterator, Mapping

from cellwright.model.limits import CODE_DEPTH, CODE_TOKENS
from cellwright.model.text.number import exact_number
from cellwright.stacks.hcl.expression import parse_template
from cellwright.stacks.hcl.lexer import too_large
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import (
    Attribute,
    Block,
    Body,
    Computed,
    Expression,
    FunctionCall,
    Literal,
    ObjectExpression,
    TemplateExpression,
    TupleExpression,
)

_LABELS: Mapping[str, int] = {
    "action": 2,
    "backend": 1,
    "check": 1,
    "compatible_with": 0,
    "data": 2,
    "ephemeral": 2,
    "import": 0,
    "language": 0,
    "locals": 0,
    "module": 1,
    "moved": 0,
    "output": 1,
    "provider": 1,
    "removed": 0,
    "required_providers": 0,
    "resource": 2,
    "state_store": 1,
    "terraform": 0,
    "variable": 1,
}
"""How many labels each kind of block has: in JSON they are ordinary keys."""
_NESTED: Mapping[str, frozenset[str]] = {
    "language": frozenset({"compatible_with"}),
    "terraform": frozenset({"backend", "required_providers", "state_store"}),
}
_TOP_LEVEL = frozenset(_LABELS) - frozenset().union(*_NESTED.values()) | {"required_providers"}
_COMMENT = "//"
_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_float=exact_number)


def parse_json(text: str) -> Body:
    """Read a file's text.

    Raises:
        SyntaxFault: it is no JSON, or no mapping of block kinds.
    """
    try:
        json.loads(text)
    except json.JSONDecodeError as fault:
        advice = "correct the JSON there"
        raise SyntaxFault(fault.pos, f"the file is no JSON: {fault.msg}", advice) from None
    except RecursionError:
        raise _too_deep(0) from None
    except ValueError as fault:
        raise SyntaxFault(0, f"the file is no JSON that can be read: {fault}", "shorten the number") from None
    return _body(_Reader(text).value(), _TOP_LEVEL)


class _Reader:
    """Reads valid JSON again for the offsets of its values, which `json` does not give."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._values = 0

    def value(self) -> Expression:
        offset = self._skip()
        self._values += 1
        if self._values > CODE_TOKENS:
            raise too_large(offset)
        if self._text[offset] in "{[":
            if self._depth == CODE_DEPTH:
                raise _too_deep(offset)
            self._depth += 1
            container = self._object(offset) if self._text[offset] == "{" else self._tuple(offset)
            self._depth -= 1
            return container
        return self._scalar(offset)

    def _skip(self) -> int:
        match = _BLANKS.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _scalar(self, offset: int) -> Expression:
        value, self._at = _DECODER.raw_decode(self._text, offset)
        if isinstance(value, str) and ("${" in value or "%{" in value):
            try:
                return parse_template(value, offset)
            except SyntaxFault:  # not every string is a template: descriptions aren't
                return Computed(offset)
        return Literal(value, offset)

    def _object(self, offset: int) -> ObjectExpression:
        items: list[tuple[Expression, Expression]] = []
        while self._more("}"):
            start = self._skip()
            text, self._at = _DECODER.raw_decode(self._text, start)
            self._skip()
            self._at += len(":")
            items.append((Literal(text, start), self.value()))
        return ObjectExpression(tuple(items), offset)

    def _tuple(self, offset: int) -> TupleExpression:
        items: list[Expression] = []
        while self._more("]"):
            items.append(self.value())
        return TupleExpression(tuple(items), offset)

    def _more(self, closing: str) -> bool:
        """Step over a bracket or comma; tell whether an item follows."""
        ended = self._text[self._skip()] == closing
        self._at += 1
        if not ended and self._text[self._skip()] == closing:  # an empty pair of brackets
            self._at += 1
            return False
        return not ended


def _too_deep(offset: int) -> SyntaxFault:
    return SyntaxFault(offset, "the file is nested too deeply", f"brackets may nest {CODE_DEPTH} deep")


def _body(value: Expression, kinds: frozenset[str]) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for key, content in _members(value):
        name = str(key.value)
        if name in kinds:
            blocks.extend(_blocks(name, (), key.offset, content))
        elif name != _COMMENT:
            attributes[name] = Attribute(name, content, key.offset)
    return Body(attributes, tuple(blocks))


def _blocks(kind: str, labels: tuple[str, ...], offset: int, content: Expression) -> Iterator[Block]:
    """Unfold `{"label": {"label": body}}`, where every mapping may also be a list of mappings."""
    if len(labels) < _LABELS[kind]:
        for key, inner in _members(content):
            if key.value != _COMMENT:
                yield from _blocks(kind, (*labels, str(key.value)), key.offset, inner)
        return
    for body in content.items if isinstance(content, TupleExpression) else (content,):
        inside = _body(body, _NESTED.get(kind, frozenset()))
        yield Block(kind, labels, inside, offset, tuple(_texts(body, None)))


def _texts(value: Expression, offset: int | None) -> Iterator[tuple[int, Expression]]:
    """Give every string in a value, and every call; what is inside a string is at its offset."""
    at = value.offset if offset is None else offset
    match value:
        case Literal(value=str()):
            yield at, value
        case TemplateExpression(parts=parts):
            yield at, value
            yield from (found for part in parts for found in _texts(part, at))
        case FunctionCall(arguments=arguments):
            yield at, value
            yield from (found for item in arguments for found in _texts(item, at))
        case TupleExpression(items=items):
            yield from (found for item in items for found in _texts(item, offset))
        case ObjectExpression(items=pairs):
            yield from (found for _, item in pairs for found in _texts(item, offset))
        case _:
            return


def _members(value: Expression) -> Iterator[tuple[Literal, Expression]]:
    if isinstance(value, TupleExpression):
        for item in value.items:
            yield from _members(item)
    elif isinstance(value, ObjectExpression):
        yield from ((key, item) for key, item in value.items if isinstance(key, Literal))
    elif not (isinstance(value, Literal) and value.value is None):
        raise SyntaxFault(value.offset, "unexpected value", "a JSON object belongs here")
