"""Parses native syntax (`*.tf`): arguments and blocks (HCL specification, "Structural Elements")."""

from cellwright.stacks.hcl.cursor import Cursor
from cellwright.stacks.hcl.expression import read_expression
from cellwright.stacks.hcl.lexer import END, IDENTIFIER, LITERAL, NEWLINE, QUOTE, QUOTE_END, Token
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Attribute, Block, Body
from cellwright.stacks.hcl.template import unescape


def parse_native(text: str, *, keeps: bool = False) -> Body:
    """Read a file's text; with `keeps`, computed expressions are kept, to be evaluated.

    Raises:
        SyntaxFault: it is no HCL; with the first place where that is found.
    """
    cursor = Cursor(text, keeps=keeps)
    body = _body(cursor)
    cursor.expect(END, "an argument or a block")
    return body


def _body(cursor: Cursor) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    cursor.skip_newlines()
    while cursor.peek().kind not in {"}", END}:
        item = _item(cursor, attributes)
        if isinstance(item, Block):
            blocks.append(item)
        if cursor.peek().kind not in {NEWLINE, END}:
            raise cursor.unexpected("a line break after an argument or block")
        cursor.skip_newlines()
    return Body(attributes, tuple(blocks))


def _item(cursor: Cursor, attributes: dict[str, Attribute]) -> Attribute | Block:
    name = cursor.expect(IDENTIFIER, "an argument or a block")
    if cursor.peek().kind == "=":
        return _attribute(cursor, name, attributes)
    return _block(cursor, name)


def _attribute(cursor: Cursor, name: Token, attributes: dict[str, Attribute]) -> Attribute:
    if name.text in attributes:
        advice = "an argument stands once in a block; remove one of the two"
        raise SyntaxFault(name.offset, f"the argument '{name.text}' is set twice", advice)
    cursor.take()
    attribute = Attribute(name.text, read_expression(cursor), name.offset)
    attributes[name.text] = attribute
    return attribute


def _block(cursor: Cursor, kind: Token) -> Block:
    labels = []
    start = len(cursor.texts)
    while cursor.peek().kind != "{":
        labels.append(_label(cursor))
    cursor.take()
    with cursor.nested(newlines=True):
        body = _body(cursor) if cursor.peek().kind == NEWLINE else _line_body(cursor)
        if cursor.peek().kind == END:
            raise SyntaxFault(kind.offset, f"the block '{kind.text}' is never closed", 'end it with "}"')
        cursor.expect("}", 'the "}" that ends the block')
    return Block(kind.text, tuple(labels), body, kind.offset, tuple(cursor.texts[start:]))


def _label(cursor: Cursor) -> str:
    if token := cursor.accept(IDENTIFIER):
        return token.text
    if cursor.accept(QUOTE) is None:
        raise cursor.unexpected('"=" and a value, or the block\'s labels and "{"')
    text = cursor.accept(LITERAL)
    cursor.expect(QUOTE_END, "a plain label without interpolation")
    return unescape(text) if text else ""


def _line_body(cursor: Cursor) -> Body:
    """Take the inside of `kind { name = value }`: one argument at most."""
    attributes: dict[str, Attribute] = {}
    if cursor.peek().kind not in {"}", END}:
        name = cursor.expect(IDENTIFIER, 'an argument or "}"')
        if cursor.peek().kind != "=":
            advice = "put each argument and each inner block on its own line"
            raise SyntaxFault(name.offset, "a block on one line holds one argument at most", advice)
        _attribute(cursor, name, attributes)
    return Body(attributes, ())
