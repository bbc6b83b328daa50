"""Prints JSON documents on standard output; without Rich, because failures before it is loaded use it too."""

import sys
from collections.abc import Iterable
from typing import TextIO, cast

from cellwright.api.document import Document, write_document, write_elements
from cellwright.cli.screen.streams import ResultStream
from cellwright.model.value import Json


def print_document(document: Document) -> None:
    """Print `document`: indented on a terminal, on one line elsewhere.

    Raises:
        IncompleteDocumentError: as `write_document`.
    """
    output = _output()
    write_document(document, output, indent=2 if sys.stdout.isatty() else None)
    output.flush()


def print_elements(elements: Iterable[Json]) -> None:
    """Print a JSON array, one element a line, each written as soon as it is made.

    Raises:
        IncompleteDocumentError: as `write_document`.
    """
    write_elements(elements, _output())


def _output() -> TextIO:
    return cast("TextIO", ResultStream(sys.stdout))
