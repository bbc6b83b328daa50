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
from cellwright.stacks.hcl.template_parts import Directive, Piece, assembled, dedent

Reader: TypeAlias = Callable[[Cursor], Expression]
"""Takes one expression; a parameter, because templates and expressions contain each other."""

_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[nrt"\\]|(?P<bad>.))')
_NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_LAST_CODE_POINT = 0x10FFFF


def read_template(cursor: Cursor, opening: Token, expression: Reader) -> Expression:
    """Read the template that `opening` (already taken) starts, to its end.

    Returns:
        Its text, or its parts. A template with directives or strip markers, or a heredoc that loses its
        indentation and has interpolations, is `Computed`, unless the cursor keeps what is computed.

    Raises:
        SyntaxFault: an escape, interpolation or directive in it is wrong.
    """
    heredoc = opening.kind == HEREDOC
    closing = HEREDOC_END if heredoc else QUOTE_END
    pieces: list[Piece] = []
    directives = _Directives()
    kept = True
    while (token := cursor.take()).kind != closing:
        if token.kind == LITERAL:
            text = Literal(_unmark(token.text if heredoc else unescape(token)), token.offset)
            pieces.append(Piece(text, is_text=True))
            continue
        item: Expression | Directive = Computed(token.offset)
        with cursor.nested(newlines=False):
            if token.kind == INTERPOLATION:
                item = expression(cursor)
            elif token.kind == DIRECTIVE:
                item = directives.read(cursor, expression)
            end = cursor.expect(TEMPLATE_END, 'the "}" that ends the template')
        kept = kept and token.text == "${" and end.text == "}"
        pieces.append(Piece(item, token.text.endswith("~"), end.text.startswith("~")))
    directives.check_closed()
    if cursor.keeps:
        return assembled(pieces, opening.offset, dedented=opening.text.startswith("<<-"))
    parts = [piece.item for piece in pieces if not isinstance(piece.item, Directive)]
    return _template(parts, opening) if kept else Computed(opening.offset)


def _template(parts: list[Expression], opening: Token) -> Expression:
    texts = [part.value for part in parts if isinstance(part, Literal) and isinstance(part.value, str)]
    dedented = opening.text.startswith("<<-")
    if len(texts) < len(parts):
        return Computed(opening.offset) if dedented else TemplateExpression(tuple(parts), opening.offset)
    return Literal(dedent("".join(texts)) if dedented else "".join(texts), opening.offset)


class _Directives:
    """Checks that every `%{ if }` and `%{ for }` is ended."""

    def __init__(self) -> None:
        self._open: list[Token] = []

    def read(self, cursor: Cursor, expression: Reader) -> Directive:
        keyword = cursor.expect(IDENTIFIER, '"if", "else", "endif", "for" or "endfor"')
        value: Expression | None = None
        names: tuple[str, ...] = ()
        match keyword.text:
            case "if":
                value = expression(cursor)
                self._open.append(keyword)
            case "for":
                names, value = read_for(cursor, expression)
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
                raise SyntaxFault(keyword.offset, "there is no such template directive", advice)
        return Directive(keyword.text, keyword.offset, value, names)

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


def read_for(cursor: Cursor, expression: Reader) -> tuple[tuple[str, ...], Expression]:
    """Take the names of a `for`, and what it goes through.

    Raises:
        SyntaxFault: it is none.
    """
    names = [cursor.expect(IDENTIFIER, "a name").text]
    if cursor.accept(","):
        names.append(cursor.expect(IDENTIFIER, "a name").text)
    if cursor.peek().text != "in":
        raise cursor.unexpected('"in"')
    cursor.take()
    return tuple(names), expression(cursor)


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
