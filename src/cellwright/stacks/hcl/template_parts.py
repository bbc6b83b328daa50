"""Templates that are kept whole: strip markers, indentation and directives are worked out here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cellwright.stacks.hcl.operations import TemplateFor, TemplateIf
from cellwright.stacks.hcl.syntax import Computed, Expression, Literal, TemplateExpression

_HOLE = "\0"
"""Stands for what is no text while a heredoc loses its indentation."""


@dataclass(frozen=True, slots=True)
class Directive:
    """`%{ if a }` and its like, before it is known what belongs inside."""

    keyword: str
    offset: int
    value: Expression | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a template, in the order written."""

    item: Expression | Directive
    strips_before: bool = False
    strips_after: bool = False
    is_text: bool = False


def assembled(pieces: Sequence[Piece], offset: int, *, dedented: bool) -> Expression:
    """Give the template that the pieces make; directives are known to be closed."""
    texts = [str(piece.item.value) for piece in pieces if piece.is_text and isinstance(piece.item, Literal)]
    if dedented:
        if any(_HOLE in text for text in texts):
            return Computed(offset)
        texts = _dedented_between(pieces, texts)
    parts = _nested(iter(_stripped(pieces, texts)))[0]
    if all(isinstance(part, Literal) and isinstance(part.value, str) for part in parts):
        return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)), offset)
    return TemplateExpression(parts, offset)


def dedent(text: str) -> str:
    """Take away the indentation that all lines with text share."""
    lines = text.splitlines(keepends=True)
    margin = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
    return "".join(line[margin:] if line.strip() else line.lstrip(" \t") for line in lines)


def _dedented_between(pieces: Sequence[Piece], texts: list[str]) -> list[str]:
    rest = iter(texts)
    whole = "".join(next(rest) if piece.is_text else _HOLE for piece in pieces)
    between = iter(dedent(whole).split(_HOLE))
    # Texts lie between holes; two that follow each other without a hole are one by now.
    found, current, first = [], next(between), True
    for piece in pieces:
        if piece.is_text:
            found.append(current if first else "")
            first = False
        else:
            current, first = next(between), True
    return found


def _stripped(pieces: Sequence[Piece], texts: list[str]) -> Iterator[Expression | Directive]:
    rest = iter(texts)
    for at, piece in enumerate(pieces):
        if not piece.is_text or not isinstance(piece.item, Literal):
            yield piece.item
            continue
        text = next(rest)
        if at and pieces[at - 1].strips_after:
            text = text.lstrip()
        if at + 1 < len(pieces) and pieces[at + 1].strips_before:
            text = text.rstrip()
        yield Literal(text, piece.item.offset)


def _nested(
    items: Iterator[Expression | Directive],
) -> tuple[tuple[Expression, ...], Directive | None]:
    """Take items up to the directive that ends them."""
    found: list[Expression] = []
    for item in items:
        if not isinstance(item, Directive):
            found.append(item)
        elif item.keyword == "if" and item.value is not None:
            then, end = _nested(items)
            otherwise: tuple[Expression, ...] = ()
            if end is not None and end.keyword == "else":
                otherwise, _ = _nested(items)
            found.append(TemplateIf(item.value, then, otherwise, item.offset))
        elif item.keyword == "for" and item.value is not None:
            body, _ = _nested(items)
            found.append(TemplateFor(item.names, item.value, body, item.offset))
        else:
            return tuple(found), item
    return tuple(found), None
