"""Writes a JSON document, also one that is too long to be held in memory."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO, TypeAlias, cast

from cellwright.model.text.json_text import PLAIN, JsonStyle
from cellwright.model.text.number import exact_number
from cellwright.model.value import Json

Document: TypeAlias = Json | Mapping[str, Json | Iterator[Json]]
"""A JSON value; in a mapping, an iterator is an array whose elements are made while it is written."""

_LINE = JsonStyle(allow_nan=False)


class IncompleteDocumentError(Exception):
    """A document failed after its first element was written and was closed early; the cause says why."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a document's text."""

    text: str
    closing: str
    """The text that would close the document here."""
    is_element: bool = False
    """An element of an iterator, as against text that is known beforehand."""


def write_document(document: Document, stream: TextIO, indent: int | None = None) -> None:
    """Write `document` in ASCII, so that no encoding or terminal can spoil it; infinities become strings.

    Raises:
        IncompleteDocumentError: an array ended with a failure after its first element; the text is valid
            JSON up to there.
    """
    _write(_pieces(document, indent), stream)


def write_elements(elements: Iterable[Json], stream: TextIO) -> None:
    """Write a JSON array, one element a line, each as soon as it is made.

    Raises:
        IncompleteDocumentError: as `write_document`.
    """
    _write(_lines(elements), stream)


def to_json(document: Document) -> Json:
    """The document with each iterator read into a list, for use inside another document."""
    if not isinstance(document, Mapping):
        return document
    return {name: list(item) if isinstance(item, Iterator) else item for name, item in document.items()}


def _write(pieces: Iterable[_Piece], stream: TextIO) -> None:
    # Nothing is written before the first element is made: a failure until then may still be answered by
    # another document.
    held, closing, begun = "", "", False
    try:
        for piece in pieces:
            begun = begun or piece.is_element
            held, closing = held + piece.text, piece.closing
            if begun:
                stream.write(held)
                held = ""
    except Exception as fault:
        if not begun or isinstance(fault, OSError):
            raise
        stream.write(f"{closing}\n")
        raise IncompleteDocumentError from fault
    stream.write(f"{held}\n")


def _lines(elements: Iterable[Json]) -> Iterator[_Piece]:
    begun = False
    for element in elements:
        yield _Piece(f"{',' if begun else '['}\n{_text(element)}", "\n]", is_element=True)
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
        yield _Piece(start + _indented(element, indent, 2), f"{outer}]{closing}", is_element=True)
        begun = True
    yield _Piece(f"{outer}]" if begun else f"{lead}[]", closing)


def _indented(value: Json, indent: int | None, depth: int) -> str:
    text = _text(value, indent)
    # A JSON string holds no bare line break, so every line break here is indentation.
    return text.replace("\n", "\n" + " " * indent * depth) if indent else text


def _text(value: Json, indent: int | None = None) -> str:
    try:
        return (_LINE if indent is None else JsonStyle(indent=indent, allow_nan=False)).write(value)
    except ValueError:
        finite = json.loads(PLAIN.write(value), parse_constant=str, parse_float=exact_number)
        return JsonStyle(indent=indent).write(finite)
