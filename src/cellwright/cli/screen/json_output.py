"""Prints JSON documents on standard output; without Rich, because failures before it is loaded use it too."""

import sys
from collections.abc import Iterable

from cellwright.api.document import Document, write_document, write_elements
from cellwright.model.value import Json


def print_document(document: Document) -> None:
    """Print `document`: indented on a terminal, on one line elsewhere.

    Raises:
        IncompleteDocumentError: as `write_document`.
    """
    write_document(document, sys.stdout, indent=2 if sys.stdout.isatty() else None)
    sys.stdout.flush()


def print_elements(elements: Iterable[Json]) -> None:
    """Print a JSON array, one element a line, each written as soon as it is made.

    Raises:
        IncompleteDocumentError: as `write_document`.
    """
    write_elements(elements, sys.stdout)
