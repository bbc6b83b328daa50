"""Prints the one JSON document of a command; standard library only, for it serves failures too."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from cellwright.model.value import Json

Document: TypeAlias = Json | Mapping[str, Json | Iterator[Json]]
"""A document, or one whose arrays are made element by element while it is written."""

# Made once for all elements of a long document.
_ENCODER = json.JSONEncoder(allow_nan=False)


class AnswerBroken(Exception):  # noqa: N818  what happened; its cause says what is wrong
    """A document was begun and can't be finished as meant: no second one may follow it."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some of a document's text."""

    text: str
    closing: str
    """What would end the document after it."""
    element: bool = False
    """It is an element that was made for it: with the first of them the document can't be taken back."""


def print_document(document: Document) -> None:
    """Write `document` to standard output: indented for a person, on one line for a program.

    Raises:
        AnswerBroken: an array ended with a failure after its first element; the document was closed.
    """
    _print(_pieces(document, indent=2 if sys.stdout.isatty() else None))
    sys.stdout.flush()


def print_elements(elements: Iterable[Json]) -> None:
    """Write a JSON array element by element, each on a line, so that a million of them need no memory.

    Raises:
        AnswerBroken: as `print_document`.
    """
    _print(_lines(elements))


def settled(document: Document) -> Json:
    """The same with every array made: to be a part of another document."""
    if not isinstance(document, Mapping):
        return document
    return {name: list(item) if isinstance(item, Iterator) else item for name, item in document.items()}


def encoded(document: Document, indent: int | None = None) -> str:
    """The text of `document`: ASCII, so that no encoding or terminal can spoil it; infinities as strings."""
    return "".join(piece.text for piece in _pieces(document, indent))


def _print(pieces: Iterable[_Piece]) -> None:
    held, closing, begun = "", "", False
    try:
        for piece in pieces:
            begun = begun or piece.element
            held, closing = held + piece.text, piece.closing
            if begun:
                sys.stdout.write(held)
                held = ""
    except Exception as fault:
        if not begun or isinstance(fault, OSError):
            raise
        sys.stdout.write(f"{closing}\n")
        raise AnswerBroken from fault
    sys.stdout.write(f"{held}\n")


def _lines(elements: Iterable[Json]) -> Iterator[_Piece]:
    begun = False
    for element in elements:
        yield _Piece(f"{',' if begun else '['}\n{_text(element)}", "\n]", element=True)
        begun = True
    yield _Piece("\n]" if begun else "[]", "")


def _pieces(document: Document, indent: int | None) -> Iterator[_Piece]:
    if not isinstance(document, Mapping) or not any(isinstance(item, Iterator) for item in document.values()):
        yield _Piece(_text(cast("Json", document), indent), "")
        return
    inner, outer = ("\n" + " " * indent, "\n") if indent else ("", "")
    between = f",{inner}" if indent else ", "
    for number, (name, value) in enumerate(document.items()):
        lead = f"{between if number else '{' + inner}{json.dumps(name)}: "
        if isinstance(value, Iterator):
            yield from _array(lead, value, f"{outer}}}", indent)
        else:
            yield _Piece(lead + _indented(value, indent, 1), f"{outer}}}")
    yield _Piece(f"{outer}}}", "")


def _array(lead: str, elements: Iterator[Json], closing: str, indent: int | None) -> Iterator[_Piece]:
    inner, outer = ("\n" + " " * 2 * indent, "\n" + " " * indent) if indent else ("", "")
    between = f",{inner}" if indent else ", "
    begun = False
    for element in elements:
        start = between if begun else f"{lead}[{inner}"
        yield _Piece(start + _indented(element, indent, 2), f"{outer}]{closing}", element=True)
        begun = True
    yield _Piece(f"{outer}]" if begun else f"{lead}[]", closing)


def _indented(value: Json, indent: int | None, depth: int) -> str:
    text = _text(value, indent)
    # No string holds a bare line break in JSON, so these are all of the layout's.
    return text.replace("\n", "\n" + " " * indent * depth) if indent else text


def _text(value: Json, indent: int | None = None) -> str:
    try:
        return _ENCODER.encode(value) if indent is None else json.dumps(value, indent=indent, allow_nan=False)
    except ValueError:
        finite = json.loads(json.dumps(value), parse_constant=str)
        return json.dumps(finite, indent=indent)
