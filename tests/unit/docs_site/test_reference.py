"""The pages that are made from the code have all that the code has."""

import re

from cellwright.app.fleet.schema.settings import cell_keys, fleet_settings
from docs_site.reference.api import api_page, calls
from docs_site.reference.commands import commands_page
from docs_site.reference.documents import document_modules, documents_page, models_of
from docs_site.reference.markdown import cell, table
from docs_site.reference.settings import settings_page
from docs_site.reference.writing import PAGES
from docs_site.site_map import GENERATED
from every_command import IN_A_FLEET


def test_the_pages_are_those_of_the_site() -> None:
    assert tuple(PAGES) == GENERATED


def test_every_command_that_can_be_typed_is_there() -> None:
    headings = set(re.findall(r"^### (.+)$", commands_page(), re.MULTILINE))

    for typed in IN_A_FLEET:
        assert typed[0] in headings
    assert {"init", "plan", "drift ack", "ledger init", "stacks export", "serve"} <= headings


def test_a_command_is_there_with_its_texts_and_options() -> None:
    page = commands_page()
    plan = page.partition("### plan\n")[2].partition("\n### ")[0]

    assert "cellwright plan [OPTIONS] [SELECTOR]..." in plan
    assert "$ cellwright plan client/acme" in plan
    assert "| `-o, --out FILE` | Save the plans, for `apply --plan FILE`. |" in plan
    assert "| `--json` |" not in plan
    assert "| `--json` |" in page


def test_every_setting_has_a_row() -> None:
    page, found = settings_page(), {item.path: item for item in fleet_settings()}
    for key, item in found.items():
        section = "." not in key and any(other.startswith((f"{key}.", f"{key}[")) for other in found)
        assert (
            section or f"| `{key}` | {cell(item.takes)} | {cell(item.default)} | {cell(item.words)} |" in page
        ), key
    for key in cell_keys().words:
        assert f"| `{key}` |" in page


def test_every_document_of_the_api_is_there_and_links_lead_to_one() -> None:
    page = documents_page()
    models = [model.__name__ for module in document_modules() for model in models_of(module)]

    assert len(models) > 50
    for name in models:
        assert f"### {name}\n" in page
    anchors = {name.lower() for name in re.findall(r"^### (.+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors


def test_every_call_is_there_and_its_documents_are_described() -> None:
    page, anchors = api_page(), set(re.findall(r"^### (.+)$", documents_page().lower(), re.MULTILINE))

    for method, path, _ in calls():
        assert f"### {method.upper()} {path.removeprefix('/api/v1')}\n" in page
    assert set(re.findall(r"\(documents\.md#([^)]+)\)", page)) - anchors == set()


def test_a_cell_of_a_table_stays_one() -> None:
    assert cell("a|b\nc <d> `<e>` x*[y]") == r"a\|b c &lt;d> `<e>` x\*\[y]"
    assert list(table(("a",), ())) == []
