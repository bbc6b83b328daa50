import json
import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cellwright.api import findings
from cellwright.api import status as standing
from cellwright.api.document import AnswerBroken, Document, encoded, print_document, settled
from cellwright.app.status.status import FleetStatus
from cellwright.model.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position
from cellwright.model.value import Json
from golden.cli import samples

text = some.text(some.characters(codec=None))
positions = some.none() | some.builds(Position, text, some.integers(1), some.integers(1))
diagnostics = some.builds(Diagnostic, some.sampled_from(Severity), text, text, positions)
reasons = some.builds(Reason, some.sampled_from(ReasonKind), text)
statuses = some.builds(
    UnitStatus, some.just(samples.ACME_APP), some.sampled_from(Status), some.lists(reasons).map(tuple)
)


@given(some.lists(diagnostics))
def test_whatever_a_finding_says_it_is_one_plain_document(found: list[Diagnostic]) -> None:
    written = encoded(findings.findings(found))
    assert written.isascii()
    assert written.isprintable()
    assert [item["summary"] for item in json.loads(written)["diagnostics"]] == [
        item.summary for item in found
    ]


@given(some.lists(statuses))
def test_the_counts_of_a_status_add_up(found: list[UnitStatus]) -> None:
    document = json.loads(encoded(standing.status(FleetStatus("fleet", tuple(found)))))
    assert sum(document["counts"].values()) == len(found)
    assert set(document["counts"]) == {status.value for status in Status}


def test_infinities_are_strings_for_json_knows_none() -> None:
    written = encoded({"a": math.inf, "b": [-math.inf, 1.5]})
    assert json.loads(written, parse_constant=lambda _: "not JSON") == {
        "a": "Infinity",
        "b": ["-Infinity", 1.5],
    }


def test_a_person_gets_it_indented() -> None:
    assert encoded({"a": 1}, indent=2) == '{\n  "a": 1\n}'


elements = some.lists(some.dictionaries(text, some.none() | some.integers() | text))


@given(elements, elements, some.none() | some.just(2))
def test_a_document_made_while_it_is_written_is_the_same(
    first: list[dict[str, Json]], second: list[dict[str, Json]], indent: int | None
) -> None:
    whole: dict[str, Json] = {"a": 1, "first": first, "b": {"c": [1]}, "second": second, "d": None}
    parts: Document = {**whole, "first": iter(first), "second": iter(second)}
    assert encoded(parts, indent) == json.dumps(whole, indent=indent)
    assert settled({**whole, "first": iter(first)}) == whole


def test_infinities_in_parts_are_strings_too() -> None:
    assert json.loads(encoded({"a": iter([math.inf])})) == {"a": ["Infinity"]}


def broken(*elements: Json) -> Iterator[Json]:
    yield from elements
    raise KeyError


def test_a_document_that_breaks_off_is_closed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AnswerBroken):
        print_document({"a": 1, "b": broken(1, 2), "c": 3})
    assert json.loads(capsys.readouterr().out) == {"a": 1, "b": [1, 2]}


def test_one_that_breaks_before_its_first_element_was_never_begun(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError):
        print_document({"a": 1, "b": broken()})
    assert not capsys.readouterr().out
