"""Prints the one JSON document of a command; standard library only, for it serves failures too."""

import json
import sys
from collections.abc import Iterable

from cellwright.model.value import Json


def print_document(document: Json) -> None:
    """Write `document` to standard output: indented for a person, on one line for a program."""
    sys.stdout.write(f"{encoded(document, indent=2 if sys.stdout.isatty() else None)}\n")
    sys.stdout.flush()


def encoded(document: Json, indent: int | None = None) -> str:
    """The text of `document`: ASCII, so that no encoding or terminal can spoil it; infinities as strings."""
    try:
        return json.dumps(document, indent=indent, allow_nan=False)
    except ValueError:
        finite = json.loads(json.dumps(document), parse_constant=str)
        return json.dumps(finite, indent=indent)


class AnswerBroken(Exception):  # noqa: N818  what happened; its cause says what is wrong
    """A document was begun and can't be finished as meant: no second one may follow it."""


def print_elements(elements: Iterable[Json]) -> None:
    """Write a JSON array element by element, so that a million of them need no memory.

    Raises:
        AnswerBroken: the elements ended with a failure after the first; the array was closed.
    """
    begun = False
    try:
        for element in elements:
            sys.stdout.write(f"{',' if begun else '['}\n{encoded(element)}")
            begun = True
    except Exception as fault:
        if not begun or isinstance(fault, OSError):
            raise
        sys.stdout.write("\n]\n")
        raise AnswerBroken from fault
    sys.stdout.write("\n]\n" if begun else "[]\n")
