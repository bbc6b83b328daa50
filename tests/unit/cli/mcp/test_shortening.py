"""Documents that are too long for an answer lose their largest parts, and say which."""

import json

import pytest

from cellwright.cli.mcp.shortening import shortened
from cellwright.model.value import Json

MOST = 2_000


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"units": [{"address": f"client/c{n}/app"} for n in range(200)], "next": None}, "units: the first"),
        ({"units": [{"plan": {"changes": [{"path": "x" * 50} for _ in range(100)]}}]}, "units.plan.changes"),
        ({"text": "ä" * 5_000, "counts": {"changed": 1}}, "text: the first 400 characters"),
        ({"a": {"b": {f"k{n}": "v" * 50 for n in range(100)}}}, "a.b: the first"),
        ({"items": ["x" * 390 for _ in range(40)]}, "items: the first"),
        ({"items": [["x" * 300] * 50]}, "items: the first"),
    ],
)
def test_it_is_within_its_bound_and_says_what_it_lacks(document: dict[str, Json], named: str) -> None:
    before = json.dumps(document)
    found, left_out = shortened(document, MOST)
    assert len(json.dumps(found, ensure_ascii=False).encode()) <= MOST
    assert found
    assert named in left_out
    assert json.dumps(document) == before


def test_a_short_document_stays_as_it_is() -> None:
    document: dict[str, Json] = {"units": [1, 2, 3]}
    assert shortened(document, MOST) == (document, "")


def test_of_many_small_values_nothing_is_told_at_all() -> None:
    found, left_out = shortened({f"key-{n}": n for n in range(1_000)}, MOST)
    assert (found, left_out) == ({}, "all of it")
