"""The documentation's site as `make docs` builds it: strictly, and no page loads anything from elsewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_LOADED = re.compile(
    r"<(?:script|img|iframe|source|link(?=[^>]*rel=[\"']?(?:stylesheet|preload|preconnect|icon)))[^>]*"
    r"(?:src|href)=[\"']?(?:https?:)?//[^\"'\s>]+"
)
"""What a browser fetches by itself; a link that somebody follows is none of it."""


@pytest.mark.long
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not here")
def test_no_page_loads_anything_from_elsewhere() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    built = subprocess.run(
        [sys.executable, "-m", "docs_site"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    pages = list((ROOT / "site").rglob("*.html"))
    assert len(pages) > 100
    found = {str(page): _LOADED.findall(page.read_text()) for page in pages}
    assert {page: loaded for page, loaded in found.items() if loaded} == {}


def test_what_a_page_would_load_is_seen() -> None:
    for loading in (
        '<script src="https://cdn.example.com/a.js"></script>',
        "<link rel=stylesheet href=//fonts.example.com/a.css>",
        '<img alt="x" src="http://example.com/a.png">',
    ):
        assert _LOADED.search(loading), loading
    assert not _LOADED.search('<a href="https://example.com">there</a><script src="../a.js"></script>')
    assert not _LOADED.search('<link rel="canonical" href="https://example.com/">')
