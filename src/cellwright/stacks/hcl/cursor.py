"""Reads a sequence of tokens forwards; inside brackets it skips line breaks."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from cellwright.model.limits import CODE_DEPTH
from cellwright.stacks.hcl.lexer import END, HEREDOC, IDENTIFIER, LITERAL, NEWLINE, NUMBER, Token, tokenize
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Expression


class Cursor:
    """Reads tokens one by one. Inside brackets, line breaks are skipped; elsewhere they are tokens."""

    def __init__(self, text: str, *, keeps: bool = False) -> None:
        self.keeps = keeps
        """Computed expressions are kept, to be evaluated."""
        self._tokens = tokenize(text)
        self._index = 0
        self._newlines = True
        self._nesting = 0
        self.texts: list[tuple[int, Expression]] = []
        """Strings, and calls of functions that make paths, with their offsets: all that were read so far."""

    def peek(self) -> Token:
        """Give the next token without taking it."""
        return self._tokens[self._next_index()]

    def take(self) -> Token:
        """Take the next token. At the end, END again and again."""
        index = self._next_index()
        token = self._tokens[index]
        self._index = index if token.kind == END else index + 1
        return token

    def accept(self, kind: str) -> Token | None:
        """Take the next token if it is of this kind."""
        return self.take() if self.peek().kind == kind else None

    def expect(self, kind: str, wanted: str) -> Token:
        """Take the next token, which must be of this kind.

        Raises:
            SyntaxFault: it is another; `wanted` says what belongs there.
        """
        if self.peek().kind != kind:
            raise self.unexpected(wanted)
        return self.take()

    def unexpected(self, wanted: str) -> SyntaxFault:
        """Report the next token as unexpected."""
        token = self.peek()
        summary = _TOO_EARLY.get(token.kind) or f"unexpected {shown_token(token)}"
        return SyntaxFault(token.offset, summary, f"{wanted} belongs here")

    def skip_newlines(self) -> None:
        """Take all line breaks that come next."""
        while self._tokens[self._index].kind == NEWLINE:
            self._index += 1

    @contextmanager
    def nested(self, *, newlines: bool) -> Iterator[None]:
        """Read the inside of brackets, with line breaks as tokens or without.

        Raises:
            SyntaxFault: brackets and conditionals nest deeper than CODE_DEPTH.
        """
        if self._nesting == CODE_DEPTH:
            advice = f"brackets and conditionals may nest {CODE_DEPTH} deep; split it by locals"
            raise SyntaxFault(self.peek().offset, "the expression is nested too deeply", advice)
        before = self._newlines
        self._newlines = newlines
        self._nesting += 1
        yield
        self._nesting -= 1
        self._newlines = before

    def deeper(self) -> AbstractContextManager[None]:
        """Read what nests without brackets of its own; line breaks count as before.

        Raises:
            SyntaxFault: as `nested`.
        """
        return self.nested(newlines=self._newlines)

    def peek_past_newlines(self) -> Token:
        """Give the next token that is no line break, whether or not line breaks count here."""
        index = self._index
        while self._tokens[index].kind == NEWLINE:
            index += 1
        return self._tokens[index]

    def _next_index(self) -> int:
        index = self._index
        if not self._newlines:
            while self._tokens[index].kind == NEWLINE:
                index += 1
        return index


_TOO_EARLY = {END: "the file ends too early", NEWLINE: "the line ends too early"}
_UNSEEN = {IDENTIFIER: "name", NUMBER: "number", LITERAL: "text", HEREDOC: "heredoc"}
"""Tokens that a message does not repeat: a secret that stands without its quotes is made of them."""


def shown_token(token: Token) -> str:
    """Name a token in a message: a sign as it is, what somebody has written by its kind."""
    return _UNSEEN.get(token.kind) or repr(token.text)
