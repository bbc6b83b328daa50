"""Splits native syntax with its nested templates into tokens (HCL specification, "Lexical Elements")."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from cellwright.model.limits import CODE_TOKENS
from cellwright.stacks.hcl.source import SyntaxFault

IDENTIFIER = "identifier"
NUMBER = "number"
NEWLINE = "newline"
QUOTE = "opening quote"
QUOTE_END = "closing quote"
HEREDOC = "heredoc"
HEREDOC_END = "heredoc end"
LITERAL = "literal"
INTERPOLATION = "${"
DIRECTIVE = "%{"
TEMPLATE_END = "template end"
END = "end of the file"


class Token(NamedTuple):
    """One token. A symbol's kind is its own text; `text` is as written."""

    kind: str
    text: str
    offset: int


class _Mode(Enum):
    CODE = "code"
    QUOTED = "quoted"
    HEREDOC = "heredoc"


@dataclass(slots=True)
class _Context:
    """What the lexer is inside of, from `offset` on."""

    mode: _Mode
    offset: int
    marker: str = ""
    depth: int = 0
    """Braces open in this piece of code."""


_CODE = re.compile(
    r"""
      (?P<skip>[ \t]+|/\*.*?\*/|(?:\#|//)[^\n]*)
    | (?P<newline>\r?\n)
    | (?P<identifier>[^\W\d][\w-]*)
    | (?P<quote>")
    | (?P<open>\{)
    | (?P<close>~?\})
    | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<heredoc><<-?(?P<marker>[^\W\d][\w-]*)\r?\n)
    | (?P<unclosed>/\*)
    | (?P<symbol>\.\.\.|&&|\|\||==|!=|<=|>=|=>|::|[\[\]().,:?+\-*/%=!<>])
    """,
    re.VERBOSE | re.DOTALL,
)
# Possessive: nothing is tried a second time, so a long text needs no memory for that.
_QUOTED_LITERAL = re.compile(r'(?:[^"\\$%\n]++|\\[^\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))++')
_HEREDOC_LITERAL = re.compile(r"(?:[^$%\n]++|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+\n?")
_TEMPLATE_START = re.compile(r"[$%]\{~?")
_ADVICE = {
    "'": "strings stand in double quotes",
    "`": "strings stand in double quotes",
    ";": "arguments are separated by line breaks",
    "&": 'the logical operator is "&&"',
    "|": 'the logical operator is "||"',
}


def tokenize(text: str) -> list[Token]:
    """Cut `text` into tokens, without blanks and comments, the last one END.

    Raises:
        SyntaxFault: a character that HCL does not allow, or something that is never closed.
    """
    return _Lexer(text).run()


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tokens: list[Token] = []
        self._stack = [_Context(_Mode.CODE, 0)]

    def run(self) -> list[Token]:
        steps = {
            _Mode.CODE: self._code,
            _Mode.QUOTED: self._quoted,
            _Mode.HEREDOC: self._heredoc,
        }
        while self._at < len(self._text):
            context = self._stack[-1]
            steps[context.mode](context)
        self._check_closed()
        self._tokens.append(Token(END, "", len(self._text)))
        return self._tokens

    def _emit(self, kind: str, text: str) -> None:
        if len(self._tokens) == CODE_TOKENS:
            raise too_large(self._at)
        self._tokens.append(Token(kind, text, self._at))
        self._at += len(text)

    def _code(self, context: _Context) -> None:
        match = _CODE.match(self._text, self._at)
        if match is None or match.lastgroup == "unclosed":
            raise self._unknown()
        text = match.group()
        match match.lastgroup:
            case "skip":
                self._at += len(text)
            case "symbol":
                self._emit(text, text)
            case "quote":
                self._stack.append(_Context(_Mode.QUOTED, self._at))
                self._emit(QUOTE, text)
            case "heredoc":
                self._stack.append(_Context(_Mode.HEREDOC, self._at, match.group("marker")))
                self._emit(HEREDOC, text)
            case "open":
                context.depth += 1
                self._emit("{", text)
            case "close":
                self._close(context, text)
            case kind:
                self._emit(str(kind), text)

    def _close(self, context: _Context, text: str) -> None:
        if context.depth == 0 and len(self._stack) > 1:
            self._stack.pop()
            self._emit(TEMPLATE_END, text)
        elif text == "}":
            context.depth = max(0, context.depth - 1)
            self._emit("}", text)
        else:
            raise self._unknown()

    def _unknown(self) -> SyntaxFault:
        character = self._text[self._at]
        if self._text.startswith("/*", self._at):
            return SyntaxFault(self._at, "a comment is never closed", 'end it with "*/"')
        advice = _ADVICE.get(character, "remove it, or put it inside a string")
        return SyntaxFault(self._at, f"the character {character!r} can't stand here", advice)

    def _quoted(self, context: _Context) -> None:
        if match := _QUOTED_LITERAL.match(self._text, self._at):
            self._emit(LITERAL, match.group())
        elif self._text[self._at] == '"':
            self._stack.pop()
            self._emit(QUOTE_END, '"')
        elif not self._template():
            raise _unclosed_string(context.offset)

    def _heredoc(self, context: _Context) -> None:
        if self._text[self._at - 1] == "\n" and self._heredoc_end(context):
            return
        match = _HEREDOC_LITERAL.match(self._text, self._at)
        if match and match.group():
            self._emit(LITERAL, match.group())
        else:
            self._template()

    def _heredoc_end(self, context: _Context) -> bool:
        stop = self._text.find("\n", self._at)
        line = self._text[self._at : stop] if stop >= 0 else ""
        if line.strip() != context.marker:
            return False
        self._stack.pop()
        self._emit(HEREDOC_END, line)
        return True

    def _template(self) -> bool:
        match = _TEMPLATE_START.match(self._text, self._at)
        if match is None:
            return False
        self._stack.append(_Context(_Mode.CODE, self._at))
        self._emit(match.group()[:2], match.group())
        return True

    def _check_closed(self) -> None:
        context = self._stack[-1]
        if context.mode is _Mode.QUOTED:
            raise _unclosed_string(context.offset)
        if context.mode is _Mode.HEREDOC:
            advice = f'end it with a line that holds "{context.marker}" alone'
            raise SyntaxFault(context.offset, "a heredoc is never closed", advice)
        if len(self._stack) > 1:
            raise SyntaxFault(context.offset, "a template is never closed", 'end it with "}"')


def too_large(offset: int) -> SyntaxFault:
    """The file has more words and signs than CODE_TOKENS; `offset` is where that is reached."""
    advice = f"a file may have {CODE_TOKENS:,} words and signs: split it"
    return SyntaxFault(offset, "the file is too large to be read", advice)


def _unclosed_string(offset: int) -> SyntaxFault:
    return SyntaxFault(offset, "a string is not closed on its line", "end it with '\"', or use a heredoc")
