"""Pages of the site, links between them, and the navigation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs_site.site_map import GENERATED, SiteMap

ROOT = Path(__file__).parents[3]
MAP = SiteMap(
    {
        "README.md": "index.md",
        "docs/fleet.md": "fleet.md",
        "docs/decisions/README.md": "decisions/README.md",
        "docs/decisions/0001-own-hcl-reader.md": "decisions/0001-own-hcl-reader.md",
        "src/cellwright/reference/stacks/client/app/README.md": "stacks/client/app.md",
    }
)


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose tags name functions of MkDocs' extensions."""


_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda _loader, _suffix, _node: None)


def named_pages(part: object) -> Iterator[str]:
    """Give each page that a part of the navigation names."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for item in part:
            yield from named_pages(item)
    elif isinstance(part, dict):
        for item in part.values():
            yield from named_pages(item)


@pytest.fixture(scope="module")
def configuration() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((ROOT / "mkdocs.yml").read_text(), Loader=_Loader)  # noqa: S506  it makes no objects
    return found


@pytest.mark.parametrize(
    ("source", "written", "shown"),
    [
        ("README.md", "[a](docs/fleet.md)", "[a](fleet.md)"),
        ("README.md", "![a](docs/fleet.md#layers)", "![a](fleet.md#layers)"),
        ("README.md", "[a](docs/decisions/)", "[a](decisions/README.md)"),
        ("README.md", "[a](LICENSE)", "a"),
        (
            "docs/fleet.md",
            "[a](#layers) [b](https://example.com/x.md)",
            "[a](#layers) [b](https://example.com/x.md)",
        ),
        ("docs/fleet.md", "[the `x[0]`](../tests/e2e/test_x.py)", "the `x[0]`"),
        ("docs/fleet.md", "[a](gone.md)", "[a](gone.md)"),
        (
            "docs/fleet.md",
            "[a](../src/cellwright/reference/stacks/client/app/README.md#waits)",
            "[a](stacks/client/app.md#waits)",
        ),
        ("docs/decisions/0001-own-hcl-reader.md", "[a](../fleet.md)", "[a](../fleet.md)"),
        (
            "src/cellwright/reference/stacks/client/app/README.md",
            "[a](../../../../../../docs/fleet.md)",
            "[a](../../fleet.md)",
        ),
        (
            "README.md",
            "```\n[a](docs/fleet.md)\n```\n[a](docs/fleet.md)",
            "```\n[a](docs/fleet.md)\n```\n[a](fleet.md)",
        ),
    ],
)
def test_links_are_written_as_the_page_needs_them(source: str, written: str, shown: str) -> None:
    assert MAP.with_links(written, source) == shown


def test_every_page_is_in_the_navigation_and_each_entry_is_a_page(configuration: dict[str, Any]) -> None:
    named = list(named_pages(configuration["nav"]))
    pages = {page for page in SiteMap.of(ROOT).pages.values() if page.endswith(".md")}
    listed_by_the_hook = {page for page in pages if page.startswith("decisions/0")}
    shown_by_links = {page for page in pages if page.startswith("stacks/")}

    assert len(set(named)) == len(named)
    assert set(named) == (pages - listed_by_the_hook - shown_by_links) | set(GENERATED)


def test_there_are_decisions_and_stacks() -> None:
    pages = SiteMap.of(ROOT).pages
    assert pages["README.md"] == "index.md"
    assert len([page for page in pages.values() if page.startswith("decisions/0")]) > 50
    assert pages["src/cellwright/reference/stacks/client/app/README.md"] == "stacks/client/app.md"
    assert SiteMap.of(ROOT).source("index.md") == "README.md"
    assert SiteMap.of(ROOT).source("reference/commands.md") is None


def test_what_readers_use_without_a_network_is_on(configuration: dict[str, Any]) -> None:
    assert configuration["theme"]["font"] is False
    assert configuration["plugins"] == ["search", "offline"]
    assert configuration["validation"]["links"]["anchors"] == "warn"
