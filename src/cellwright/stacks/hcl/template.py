"""Templates: quoted strings and heredocs, with `${...}` and `%{...}` inside."""

import re
from collections.abc import Callable
from typing import TypeAlias

from cellwright.stacks.hcl.cursor import Cursor
from cellwright.stacks.hcl.lexer import (
    DIRECTIVE,
    HEREDOC,
    HEREDOC_END,
    IDENTIFIER,
    INTERPOLATION,
    LITERAL,
    QUOTE_END,
    TEMPLATE_END,
    Token,
)
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Computed, Expression, Literal, TemplateExpression

Reader: TypeAlias = Callable[[Cursor], Expression]
"""Takes one expression; a parameter, because templates and expressions contain each other."""

_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[nrt"\\]|(?P<bad>.))')
_NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_LAST_CODE_POINT = 0x10FFFF


def read_template(cursor: Cursor, opening: Token, expression: Reader) -> Expression:
    """Read the template that `opening` (already taken) starts, to its end.

    Returns:
        Its text, or its parts. A template with directives or strip markers, or a heredoc that loses its
        indentation and has interpolations, is `Computed`.

    Raises:
        SyntaxFault: an escape, interpolation or directive in it is wrong.
    """
    heredoc = opening.kind == HEREDOC
    closing = HEREDOC_END if heredoc else QUOTE_END
    parts: list[Expression] = []
    directives = _Directives()
    kept = True
    while (token := cursor.take()).kind != closing:
        if token.kind == LITERAL:
            parts.append(Literal(_unmark(token.text if heredoc else unescape(token)), token.offset))
            continue
        kept = kept and token.text == "${"
        with cursor.nested(newlines=False):
            if token.kind == INTERPOLATION:
                parts.append(expression(cursor))
            elif token.kind == DIRECTIVE:
                directives.read(cursor, expression)
            end = cursor.expect(TEMPLATE_END, 'the "}" that ends the template')
            kept = kept and end.text == "}"
    directives.check_closed()
    return _template(parts, opening) if kept else Computed(opening.offset)


def _template(parts: list[Expression], opening: Token) -> Expression:
    texts = [part.value for part in parts if isinstance(part, Literal) and isinstance(part.value, str)]
    dedented = opening.text.startswith("<<-")
    if len(texts) < len(parts):
        return Computed(opening.offset) if dedented else TemplateExpression(tuple(parts), opening.offset)
    return Literal(_dedent("".join(texts)) if dedented else "".join(texts), opening.offset)


class _Directives:
    """Checks that every `%{ if }` and `%{ for }` is ended."""

    def __init__(self) -> None:
        self._open: list[Token] = []

    def read(self, cursor: Cursor, expression: Reader) -> None:
        keyword = cursor.expect(IDENTIFIER, '"if", "else", "endif", "for" or "endfor"')
        match keyword.text:
            case "if":
                expression(cursor)
                self._open.append(keyword)
            case "for":
                _for_header(cursor, expression)
                self._open.append(keyword)
            case "else":
                self._close(keyword, "if")
                self._open.append(keyword)
            case "endif":
                self._close(keyword, "if", "else")
            case "endfor":
                self._close(keyword, "for")
            case _:
                advice = 'a directive is "if", "else", "endif", "for" or "endfor"'
                raise SyntaxFault(keyword.offset, f"'{keyword.text}' is no template directive", advice)

    def _close(self, keyword: Token, *openers: str) -> None:
        if not self._open or self._open[-1].text not in openers:
            advice = f'it needs "%{{ {openers[0]} }}" before it'
            raise SyntaxFault(keyword.offset, f"'{keyword.text}' does not belong here", advice)
        self._open.pop()

    def check_closed(self) -> None:
        if self._open:
            opener = self._open[-1]
            end = "endfor" if opener.text == "for" else "endif"
            advice = f'end it with "%{{ {end} }}"'
            raise SyntaxFault(opener.offset, f"the directive '{opener.text}' is never ended", advice)


def _for_header(cursor: Cursor, expression: Reader) -> None:
    cursor.expect(IDENTIFIER, "a name")
    if cursor.accept(","):
        cursor.expect(IDENTIFIER, "a name")
    if cursor.peek().text != "in":
        raise cursor.unexpected('"in"')
    cursor.take()
    expression(cursor)


def unescape(token: Token) -> str:
    """Replace the escape sequences in a piece of a quoted string.

    Raises:
        SyntaxFault: it holds an unknown escape sequence.
    """
    if "\\" not in token.text:
        return token.text

    def replace(match: re.Match[str]) -> str:
        code = match.group()[1:]
        if match["bad"] or (code[0] in "uU" and int(code[1:], 16) > _LAST_CODE_POINT):
            advice = r"known are \n, \r, \t, \", \\, \uNNNN and \UNNNNNNNN; a backslash itself is \\"
            raise SyntaxFault(token.offset + match.start(), f"'\\{code}' is no escape sequence", advice)
        return chr(int(code[1:], 16)) if code[0] in "uU" else _NAMED[code]

    return _ESCAPE.sub(replace, token.text)


def _unmark(text: str) -> str:
    return text.replace("$${", "${").replace("%%{", "%{")


def _dedent(text: str) -> str:
    lines = text.splitlines(keepends=True)
    margin = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
    return "".join(line[margin:] if line.strip() else line.lstrip(" \t") for line in lines)
