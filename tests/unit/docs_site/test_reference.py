"""The pages that are made from the code have all that the code has."""

import re

import pytest

from docs_site.reference.api import api_page, calls
from docs_site.reference.commands import commands_page
from docs_site.reference.documents import document_modules, documents_page, models_of
from docs_site.reference.markdown import cell, table
from docs_site.reference.schema_tables import bounds, default, kind
from docs_site.reference.settings import described, keys, settings_page
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


def test_every_setting_is_described_once() -> None:
    texts, found = described(), dict(keys())

    assert {key for key, part in found.items() if key not in texts and not part.get("description")} == set()
    assert texts.keys() - found.keys() == set(), "these keys are gone from the schema"
    assert "levels[].stacks.NAME.source" in found
    assert "freezes[].from" in found, "as it is written in the file"


def test_every_setting_has_a_row() -> None:
    page, found = settings_page(), list(dict(keys()))
    for key in found:
        section = "." not in key and any(other.startswith((f"{key}.", f"{key}[")) for other in found)
        assert section or f"| `{key}` |" in page, key
    assert "| `stacks.NAME.version` |" in page


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


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"enum": ["fill", "spread"]}, "`fill` or `spread`"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number or null"),
        ({"type": "array", "items": {"type": "boolean"}}, "list of true or false"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "mapping to text"),
        ({"$ref": "#/$defs/Part"}, "mapping"),
        ({"const": 1}, "`1`"),
        ({}, "any value"),
    ],
)
def test_a_schema_is_said_in_words(schema: dict[str, object], words: str) -> None:
    assert kind(schema) == words


def test_bounds_and_defaults_are_said_in_words() -> None:
    assert bounds({"exclusiveMinimum": 0, "maximum": 9}) == "1 to 9"
    assert bounds({"anyOf": [{"gt": 0}, {"type": "null"}]}) == "at least 1"
    assert bounds({"maximum": 9}) == "at most 9"
    assert default({}) == "(required)"
    assert default({"default": False}) == "`false`"
    assert default({"default": None}) == ""


def test_a_cell_of_a_table_stays_one() -> None:
    assert cell("a|b\nc <d> `<e>` x*[y]") == r"a\|b c &lt;d> `<e>` x\*\[y]"
    assert list(table(("a",), ())) == []
