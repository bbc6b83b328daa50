"""Writes the pages that are made from the code."""

from collections.abc import Callable, Mapping
from pathlib import Path

from docs_site.reference.api import api_page
from docs_site.reference.commands import commands_page
from docs_site.reference.documents import documents_page
from docs_site.reference.settings import settings_page

PAGES: Mapping[str, Callable[[], str]] = {
    "reference/commands.md": commands_page,
    "reference/settings.md": settings_page,
    "reference/documents.md": documents_page,
    "reference/api.md": api_page,
}


def write_reference(folder: Path) -> None:
    """Write all of them into a folder."""
    for name, make in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make())
