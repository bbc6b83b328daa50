"""Formats YAML text: indents, spaces and empty lines change; every token stays as it is written.

Only the space between tokens is rewritten, so quotes, anchors, tags, numbers and comments are kept to the
letter. The result is read again: if it does not hold the same, nothing is changed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from yaml import (
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    CSafeLoader,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
    Token,
    YAMLError,
    scan,
)

from cellwright.fleet.yaml.node import without_positions
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.diagnostic import DiagnosticError, error, has_errors
from cellwright.model.position import Position

_STEP = 2
_GLUED = re.compile(r"#(?=[^\s#!-])")
"""The beginning of a comment with no space behind it."""
_SPACE = re.compile(r"\s")
_BLOCK_START = (BlockMappingStartToken, BlockSequenceStartToken)
_FLOW_START = (FlowMappingStartToken, FlowSequenceStartToken)
_FLOW_END = (FlowMappingEndToken, FlowSequenceEndToken)


@dataclass(slots=True)
class _Line:
    """One line, and how it is written anew."""

    text: str
    indent: int | None = None
    """The new indent, if a token of a block begins the line."""
    follows: int | None = None
    """The line that it goes on from: it is moved as far as that one."""
    is_text: bool = False
    """It is inside of a text, which is kept to its last blank."""

    @property
    def old(self) -> int:
        """The indent as it was."""
        return len(self.text) - len(self.text.lstrip(" "))


def formatted(text: str, name: str) -> str:
    """Format a document.

    Raises:
        DiagnosticError: it is no valid YAML, or is written in a form that is not formatted.
    """
    before = read_document(text, name)
    if before.root is None or has_errors(before.faults):
        raise DiagnosticError(*before.faults)
    found = _stable(text.replace("\r\n", "\n"))
    if found is not None:
        found = _with_line_ends_of(text, found)
        after = read_document(found, name)
        same = after.root is not None and without_positions(before.root) == without_positions(after.root)
        if same and _SPACE.sub("", text.removeprefix("\ufeff")) == _SPACE.sub("", found):
            return found
    detail = "it is left as it is: it is written in a form of YAML that is not formatted here"
    raise DiagnosticError(error("the file can't be formatted", detail, Position(name)))


def _with_line_ends_of(before: str, after: str) -> str:
    """End the lines of `after` as those of `before`: with CRLF, with LF, or some with the one, some not.

    Lines that are not empty are the same in both, in the same order; an empty one ends as the one before it.
    """
    if "\r\n" not in before:
        return after
    *ended, last = before.split("\n")
    ends = ["\r\n" if line.endswith("\r") else "\n" for line in ended if line.strip()]
    if last.strip() or not ends:
        ends.append(ends[-1] if ends else "\r\n")
    found, number = "", 0
    *ended, last = after.split("\n")
    for line in ended:
        number += bool(line.strip())
        found += line + ends[min(max(number - 1, 0), len(ends) - 1)]
    return found + last


def _stable(text: str) -> str | None:
    """Format a text; None if it is in a form whose lines can't be told apart."""
    try:
        found = _formatted(text)
        return found if _formatted(found) == found else None
    except YAMLError:  # the document could be read, so this is a form that only the scanner refuses
        return None


def _formatted(text: str) -> str:
    lines = [_Line(line) for line in text.split("\n")]
    tokens = [
        token
        for token in scan(text, Loader=CSafeLoader)
        if isinstance(token, (*_BLOCK_START, BlockEndToken)) or token.start_mark.index < token.end_mark.index
    ]
    _measure(lines, tokens)
    _respace(lines, tokens)
    return _written(lines)


def _measure(lines: Sequence[_Line], tokens: Sequence[Token]) -> None:
    """Give lines that begin with a block's token their indent; the others the line that they go on from."""
    depth, flow, opened = 0, 0, 0
    for token in tokens:
        line = token.start_mark.line
        if isinstance(token, _BLOCK_START):
            depth += 1
            continue
        if isinstance(token, BlockEndToken):
            depth -= 1
            continue
        begins = not lines[line].text[: token.start_mark.column].strip()
        if flow and begins and line != opened:
            lines[line].follows = opened
        elif begins:
            lines[line].indent = max(depth - 1, 0) * _STEP
        if isinstance(token, _FLOW_START):
            opened = opened if flow else line
            flow += 1
        flow -= isinstance(token, _FLOW_END)
        if isinstance(token, ScalarToken):
            for number in range(line + 1, _last_line(token) + 1):
                lines[number].follows, lines[number].is_text = (opened if flow else line), True


def _last_line(token: ScalarToken) -> int:
    end: int = token.end_mark.line
    return end - 1 if token.style in ("|", ">") and token.end_mark.column == 0 else end


def _respace(lines: Sequence[_Line], tokens: Sequence[Token]) -> None:
    """Put one space where tokens of a line are apart, and one before a comment that follows them."""
    by_line: dict[int, list[Token]] = {}
    for token in tokens:
        if token.start_mark.index < token.end_mark.index:
            by_line.setdefault(token.start_mark.line, []).append(token)
    for number, line in enumerate(lines):
        if not line.is_text and (parts := by_line.get(number)):
            line.text = " " * line.old + _parts(line.text, parts, number)
        elif not line.is_text:
            line.text = line.text.rstrip()


def _parts(text: str, tokens: Sequence[Token], number: int) -> str:
    found, end = "", tokens[0].start_mark.column
    for token in tokens:
        if text[end : token.start_mark.column].strip():
            return text[len(text) - len(text.lstrip(" ")) :]  # something between that is no token
        found += " " if end < token.start_mark.column else ""
        is_block_text = isinstance(token, ScalarToken) and token.style in ("|", ">")
        same = token.end_mark.line == number and not is_block_text
        end = token.end_mark.column if same else len(text)
        found += text[token.start_mark.column : end]
    rest = text[end:].strip()
    return f"{found} {_GLUED.sub('# ', rest, count=1) if rest.startswith('#') else rest}" if rest else found


def _written(lines: Sequence[_Line]) -> str:
    """Write the lines; a comment stands as deep as what follows it, and empty lines never in pairs."""
    written: list[str] = []
    least = 1
    for number, line in enumerate(lines):
        content = line.text.strip()
        if line.is_text:
            written.append(_moved(line, lines))
            least = len(written)
        elif not content:
            if written and (written[-1] or lines[number - 1].is_text):
                written.append("")
        elif line.indent is not None:
            written.append(" " * line.indent + content)
        elif content.startswith("#"):
            written.append(" " * _comment_indent(lines, number) + _GLUED.sub("# ", content, count=1))
        else:
            written.append(_moved(line, lines))
    while len(written) > least and not written[-1].strip():
        written.pop()
    # The last line of a text may have no line feed, which it would get otherwise.
    return "\n".join(written) + ("" if lines[-1].is_text else "\n")


def _moved(line: _Line, lines: Sequence[_Line]) -> str:
    """Move a line as far as the one that it goes on from."""
    first = lines[line.follows] if line.follows is not None else line
    if not line.text.strip():
        return line.text
    by = first.indent - first.old if first.indent is not None else 0
    return " " * max(line.old + by, 0) + line.text.lstrip(" ")


def _comment_indent(lines: Sequence[_Line], number: int) -> int:
    """Give the indent of what follows a comment, or, where it stood as deep as what is before, of that."""
    old = lines[number].old
    for line in reversed(lines[:number]):
        if line.indent is not None:
            if line.old == old:
                return line.indent
            break
    for line in lines[number + 1 :]:
        if line.indent is not None:
            return line.indent
        if line.follows is not None:
            return max(line.old, 0)
    return old
