"""Renders views and documents as text, and compares the text with golden files."""

import io
import os
from pathlib import Path

from rich.console import RenderableType

from cellwright.api.document import Document, write_document
from cellwright.cli.screen.screen import Screen


def drawn(renderable: RenderableType, width: int) -> str:
    """A view as a screen of `width` columns shows it."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    Screen(stream, width=width).show(renderable)
    stream.seek(0)
    return stream.read()


def written(document: Document, indent: int | None = None) -> str:
    """A document as it is printed."""
    stream = io.StringIO()
    write_document(document, stream, indent)
    return stream.getvalue()


def compare(path: Path, found: str) -> None:
    """Compare `found` with a golden file; with `GOLDEN=update` in the environment, replace the file."""
    if os.environ.get("GOLDEN") == "update":
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
