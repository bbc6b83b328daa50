"""Expressions, read as far as a contract needs them (HCL specification, "Expressions")."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from cellwright.model.limits import CODE_STEPS
from cellwright.model.text.number import exact_number
from cellwright.stacks.hcl.cursor import Cursor
from cellwright.stacks.hcl.lexer import END, HEREDOC, IDENTIFIER, NEWLINE, NUMBER, QUOTE, Token
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import (
    Computed,
    Expression,
    FunctionCall,
    Literal,
    ObjectExpression,
    TemplateExpression,
    Traversal,
    TupleExpression,
)
from cellwright.stacks.hcl.template import read_template

_OPERATORS = frozenset({"||", "&&", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%"})
_CONSTANTS = {"true": True, "false": False, "null": None}
_INTEGER = re.compile(r"\d+\Z")
_MAKE_PATHS = frozenset({"dirname", "fileset", "format", "join"})
_MARKER = "CELLWRIGHT_TEMPLATE"


def parse_expression(text: str) -> Expression:
    """Read `text` as one expression, with nothing after it.

    Raises:
        SyntaxFault: it is none.
    """
    cursor = Cursor(text)
    with cursor.nested(newlines=False):
        expression = read_expression(cursor)
        cursor.expect(END, "nothing more")
    return expression


def parse_template(text: str, offset: int) -> Expression:
    """Read a string of JSON syntax, whose text is a template as it stands; all of it is at `offset`.

    Raises:
        SyntaxFault: an interpolation or directive in it is wrong.
    """
    # A heredoc holds text as it stands, and a line break before its end.
    cursor = Cursor(f"<<{_MARKER}\n{text}\n{_MARKER}\n")
    found = read_template(cursor, cursor.expect(HEREDOC, "a template"), read_expression)
    match found:
        case Literal(value=str(whole)):
            return Literal(whole.removesuffix("\n"), offset)
        case TemplateExpression(parts=(*parts, Literal(value=str(last)))):
            rest = (Literal(last.removesuffix("\n"), offset),) if last != "\n" else ()
            return TemplateExpression((*parts, *rest), offset)
        case _:
            return Computed(offset)


def read_expression(cursor: Cursor) -> Expression:
    """Take one expression.

    Raises:
        SyntaxFault: the tokens are none.
    """
    # Precedence does not matter here: any sequence of operators is one computed value.
    expression = _operation(cursor)
    # What follows the ":" is read in this loop, so that a long chain of conditionals takes no stack.
    while cursor.accept("?"):
        with cursor.deeper():
            read_expression(cursor)
        cursor.expect(":", 'the ":" of the conditional')
        _operation(cursor)
        expression = Computed(expression.offset)
    return expression


def _operation(cursor: Cursor) -> Expression:
    expression = _operand(cursor)
    while cursor.peek().kind in _OPERATORS:
        cursor.take()
        _operand(cursor)
        expression = Computed(expression.offset)
    return expression


def _operand(cursor: Cursor) -> Expression:
    offset = cursor.peek().offset
    signs = ""
    while cursor.peek().kind in {"-", "!"}:
        signs += cursor.take().kind
    expression = _term(cursor)
    steps = 0
    while cursor.peek().kind in {".", "["}:
        steps += 1
        if steps > CODE_STEPS:
            advice = f"a value may be followed by {CODE_STEPS:,} attributes and indexes; split it by locals"
            raise SyntaxFault(cursor.peek().offset, "the expression has too many steps", advice)
        expression = _step(cursor, expression)
    return _signed(signs, expression, offset) if signs else expression


def _signed(signs: str, expression: Expression, offset: int) -> Expression:
    match expression:
        case Literal(value=int() | Decimal() as number) if signs == "-" and not isinstance(number, bool):
            return Literal(-number, offset)
        case Literal(value=bool(flag)) if signs == "!":
            return Literal(not flag, offset)
        case _:
            return Computed(offset)


def _term(cursor: Cursor) -> Expression:
    reader = _TERMS.get(cursor.peek().kind)
    if reader is None:
        raise cursor.unexpected("a value")
    return reader(cursor)


def _number(cursor: Cursor) -> Expression:
    token = cursor.take()
    return Literal(exact_number(token.text), token.offset)


def _template(cursor: Cursor) -> Expression:
    opening = cursor.take()
    found = read_template(cursor, opening, read_expression)
    cursor.texts.append((opening.offset, found))
    return found


def _named(cursor: Cursor) -> Expression:
    token = cursor.take()
    name = token.text
    while cursor.accept("::"):
        name += "::" + cursor.expect(IDENTIFIER, "a function's name").text
    if cursor.peek().kind == "(":
        call = FunctionCall(name, _arguments(cursor), token.offset)
        if name in _MAKE_PATHS:
            cursor.texts.append((token.offset, call))
        return call
    if "::" in name:
        raise cursor.unexpected('the "(" of the function call')
    if name in _CONSTANTS:
        return Literal(_CONSTANTS[name], token.offset)
    return Traversal((name,), token.offset)


def _arguments(cursor: Cursor) -> tuple[Expression, ...]:
    arguments: list[Expression] = []
    with cursor.nested(newlines=False):
        cursor.take()
        while cursor.peek().kind != ")":
            arguments.append(read_expression(cursor))
            if cursor.accept("..."):
                break
            if not cursor.accept(","):
                break
        cursor.expect(")", '"," or ")"')
    return tuple(arguments)


def _parenthesised(cursor: Cursor) -> Expression:
    with cursor.nested(newlines=False):
        cursor.take()
        expression = read_expression(cursor)
        cursor.expect(")", '")"')
    return expression


def _step(cursor: Cursor, expression: Expression) -> Expression:
    """Take one step into a value: an attribute, an index or a splat."""
    if cursor.take().kind == "[":
        _index(cursor)
        return _without_step(expression)
    token = cursor.take()
    if token.kind == IDENTIFIER and isinstance(expression, Traversal):
        return Traversal((*expression.steps, token.text), expression.offset, expression.whole)
    if token.kind in {IDENTIFIER, "*"} or (token.kind == NUMBER and _INTEGER.match(token.text)):
        return _without_step(expression)
    raise SyntaxFault(
        token.offset, f"unexpected {token.text!r} after a dot", "an attribute's name belongs here"
    )


def _without_step(expression: Expression) -> Expression:
    if isinstance(expression, Traversal):
        return Traversal(expression.steps, expression.offset, whole=False)
    return Computed(expression.offset)


def _index(cursor: Cursor) -> None:
    if cursor.accept("*"):
        cursor.expect("]", '"]"')
        return
    with cursor.nested(newlines=False):
        read_expression(cursor)
        cursor.expect("]", '"]"')


def _tuple(cursor: Cursor) -> Expression:
    with cursor.nested(newlines=False):
        opening = cursor.take()
        if _is_for(cursor.peek()):
            return _for(cursor, opening)
        items: list[Expression] = []
        while cursor.peek().kind != "]":
            items.append(read_expression(cursor))
            if not cursor.accept(","):
                break
        cursor.expect("]", '"," or "]"')
    return TupleExpression(tuple(items), opening.offset)


def _object(cursor: Cursor) -> Expression:
    opening = cursor.take()
    if _is_for(cursor.peek_past_newlines()):
        with cursor.nested(newlines=False):
            return _for(cursor, opening)
    items: list[tuple[Expression, Expression]] = []
    with cursor.nested(newlines=True):
        cursor.skip_newlines()
        while cursor.peek().kind != "}":
            items.append(_item(cursor))
            if cursor.peek().kind == "}":
                break
            if not cursor.accept(",") and cursor.peek().kind != NEWLINE:
                raise cursor.unexpected("a comma or a line break between the items of the object")
            cursor.skip_newlines()
        cursor.expect("}", '"}"')
    return ObjectExpression(tuple(items), opening.offset)


def _item(cursor: Cursor) -> tuple[Expression, Expression]:
    opening = cursor.peek()
    key = read_expression(cursor)
    if opening.kind == "(":  # a value in parentheses, which may be a name only to itself
        key = Computed(opening.offset)
    if not (cursor.accept("=") or cursor.accept(":")):
        raise cursor.unexpected('"=" and the value of the key')
    return key, read_expression(cursor)


def _is_for(token: Token) -> bool:
    return token.kind == IDENTIFIER and token.text == "for"


def _for(cursor: Cursor, opening: Token) -> Expression:
    """Take the rest of a `for`, in either kind of brackets."""
    cursor.take()
    cursor.expect(IDENTIFIER, "a name")
    if cursor.accept(","):
        cursor.expect(IDENTIFIER, "a name")
    _keyword(cursor, "in")
    read_expression(cursor)
    cursor.expect(":", '":" and the result')
    read_expression(cursor)
    if opening.kind == "{":
        cursor.expect("=>", '"=>" and the value')
        read_expression(cursor)
        cursor.accept("...")
    if cursor.peek().kind == IDENTIFIER and cursor.peek().text == "if":
        cursor.take()
        read_expression(cursor)
    closing = "}" if opening.kind == "{" else "]"
    cursor.expect(closing, f'"{closing}"')
    return Computed(opening.offset)


def _keyword(cursor: Cursor, word: str) -> None:
    if cursor.peek().text != word:
        raise cursor.unexpected(f'"{word}"')
    cursor.take()


_TERMS: Mapping[str, Callable[[Cursor], Expression]] = {
    IDENTIFIER: _named,
    NUMBER: _number,
    QUOTE: _template,
    HEREDOC: _template,
    "(": _parenthesised,
    "[": _tuple,
    "{": _object,
}
