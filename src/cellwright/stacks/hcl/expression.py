"""Expressions, read as far as a contract needs them (HCL specification, "Expressions")."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from cellwright.model.limits import CODE_STEPS
from cellwright.model.text.number import exact_number
from cellwright.stacks.hcl.cursor import Cursor, shown_token
from cellwright.stacks.hcl.lexer import END, HEREDOC, IDENTIFIER, NEWLINE, NUMBER, QUOTE, Token
from cellwright.stacks.hcl.operations import (
    Access,
    Conditional,
    ForExpression,
    Operation,
    Parenthesised,
    Signed,
    Splat,
    Step,
)
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
from cellwright.stacks.hcl.template import read_for, read_template

_OPERATORS = frozenset({"||", "&&", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%"})
_CONSTANTS = {"true": True, "false": False, "null": None}
_INTEGER = re.compile(r"\d+\Z")
_MAKE_PATHS = frozenset({"dirname", "fileset", "format", "join"})
_MARKER = "CELLWRIGHT_TEMPLATE"


def parse_expression(text: str, *, keeps: bool = False) -> Expression:
    """Read `text` as one expression, with nothing after it; `keeps` as in `parse_native`.

    Raises:
        SyntaxFault: it is none.
    """
    cursor = Cursor(text, keeps=keeps)
    with cursor.nested(newlines=False):
        expression = read_expression(cursor)
        cursor.expect(END, "nothing more")
    return expression


def parse_template(text: str, offset: int, *, keeps: bool = False) -> Expression:
    """Read a string of JSON syntax, or a file, whose text is a template as it stands.

    All of it is at `offset`, but for parts of what is kept; `keeps` as in `parse_native`.

    Raises:
        SyntaxFault: an interpolation or directive in it is wrong.
    """
    # A heredoc holds text as it stands, and a line break before its end.
    cursor = Cursor(f"<<{_MARKER}\n{text}\n{_MARKER}\n", keeps=keeps)
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
    expression = _operation(cursor)
    branches: list[tuple[Expression, Expression]] = []
    offset = expression.offset
    # What follows the ":" is read in this loop, so that a long chain of conditionals takes no stack.
    while cursor.accept("?"):
        with cursor.deeper():
            then = read_expression(cursor)
        cursor.expect(":", 'the ":" of the conditional')
        if cursor.keeps:
            branches.append((expression, then))
        expression = _operation(cursor)
        if not cursor.keeps:
            expression = Computed(offset)
    return Conditional(tuple(branches), expression, offset) if branches else expression


def _operation(cursor: Cursor) -> Expression:
    first = _operand(cursor)
    rest: list[tuple[str, Expression]] = []
    computed = False
    while cursor.peek().kind in _OPERATORS:
        sign = cursor.take().kind
        operand = _operand(cursor)
        computed = True
        if cursor.keeps:
            rest.append((sign, operand))
    if rest:
        return Operation(first, tuple(rest), first.offset)
    return Computed(first.offset) if computed else first


def _operand(cursor: Cursor) -> Expression:
    offset = cursor.peek().offset
    signs = ""
    while cursor.peek().kind in {"-", "!"}:
        signs += cursor.take().kind
    expression = _with_steps(cursor, _term(cursor))
    return _signed(cursor, signs, expression, offset) if signs else expression


def _with_steps(cursor: Cursor, term: Expression) -> Expression:
    expression = term
    steps: list[Step] = []
    while cursor.peek().kind in {".", "["}:
        if len(steps) == CODE_STEPS:
            advice = f"a value may be followed by {CODE_STEPS:,} attributes and indexes; split it by locals"
            raise SyntaxFault(cursor.peek().offset, "the expression has too many steps", advice)
        step = _step(cursor)
        steps.append(step)
        expression = _stepped(expression, step)
    if not steps or not cursor.keeps or (isinstance(expression, Traversal) and expression.whole):
        return expression
    return Access(term, tuple(steps), term.offset)


def _signed(cursor: Cursor, signs: str, expression: Expression, offset: int) -> Expression:
    match expression:
        case Literal(value=int() | Decimal() as number) if signs == "-" and not isinstance(number, bool):
            return Literal(-number, offset)
        case Literal(value=bool(flag)) if signs == "!":
            return Literal(not flag, offset)
        case _:
            return Signed(signs, expression, offset) if cursor.keeps else Computed(offset)


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
        arguments, spread = _arguments(cursor)
        call = FunctionCall(name, arguments, token.offset, spread)
        if name in _MAKE_PATHS:
            cursor.texts.append((token.offset, call))
        return call
    if "::" in name:
        raise cursor.unexpected('the "(" of the function call')
    if name in _CONSTANTS:
        return Literal(_CONSTANTS[name], token.offset)
    return Traversal((name,), token.offset)


def _arguments(cursor: Cursor) -> tuple[tuple[Expression, ...], bool]:
    arguments: list[Expression] = []
    spread = False
    with cursor.nested(newlines=False):
        cursor.take()
        while cursor.peek().kind != ")":
            arguments.append(read_expression(cursor))
            if cursor.accept("..."):
                spread = True
                break
            if not cursor.accept(","):
                break
        cursor.expect(")", '"," or ")"')
    return tuple(arguments), spread


def _parenthesised(cursor: Cursor) -> Expression:
    with cursor.nested(newlines=False):
        cursor.take()
        expression = read_expression(cursor)
        cursor.expect(")", '")"')
    return expression


def _step(cursor: Cursor) -> Step:
    """Take one step into a value: an attribute, an index or a splat."""
    if cursor.take().kind == "[":
        return _index(cursor)
    token = cursor.take()
    if token.kind == IDENTIFIER:
        return token.text
    if token.kind == "*":
        return Splat(full=False)
    if token.kind == NUMBER and _INTEGER.match(token.text):
        return Literal(int(token.text), token.offset)
    raise SyntaxFault(
        token.offset, f"unexpected {shown_token(token)} after a dot", "an attribute's name belongs here"
    )


def _stepped(expression: Expression, step: Step) -> Expression:
    """Give a name with one more step, as far as a contract needs it."""
    if not isinstance(expression, Traversal):
        return Computed(expression.offset)
    if isinstance(step, str):
        return Traversal((*expression.steps, step), expression.offset, expression.whole)
    return Traversal(expression.steps, expression.offset, whole=False)


def _index(cursor: Cursor) -> Step:
    if cursor.accept("*"):
        cursor.expect("]", '"]"')
        return Splat(full=True)
    with cursor.nested(newlines=False):
        found = read_expression(cursor)
        cursor.expect("]", '"]"')
    return found


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
        key = Parenthesised(key, opening.offset) if cursor.keeps else Computed(opening.offset)
    if not (cursor.accept("=") or cursor.accept(":")):
        raise cursor.unexpected('"=" and the value of the key')
    return key, read_expression(cursor)


def _is_for(token: Token) -> bool:
    return token.kind == IDENTIFIER and token.text == "for"


def _for(cursor: Cursor, opening: Token) -> Expression:
    """Take the rest of a `for`, in either kind of brackets."""
    cursor.take()
    names, collection = read_for(cursor, read_expression)
    cursor.expect(":", '":" and the result')
    value = read_expression(cursor)
    key = condition = None
    grouped = False
    if opening.kind == "{":
        cursor.expect("=>", '"=>" and the value')
        key, value = value, read_expression(cursor)
        grouped = cursor.accept("...") is not None
    if cursor.peek().kind == IDENTIFIER and cursor.peek().text == "if":
        cursor.take()
        condition = read_expression(cursor)
    closing = "}" if opening.kind == "{" else "]"
    cursor.expect(closing, f'"{closing}"')
    if not cursor.keeps:
        return Computed(opening.offset)
    return ForExpression(names, collection, key, value, condition, grouped, opening.offset)


_TERMS: Mapping[str, Callable[[Cursor], Expression]] = {
    IDENTIFIER: _named,
    NUMBER: _number,
    QUOTE: _template,
    HEREDOC: _template,
    "(": _parenthesised,
    "[": _tuple,
    "{": _object,
}
