import io
import json
import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cellwright.api import diagnostics as diagnostics_document
from cellwright.api.document import Document, IncompleteDocumentError, to_json, write_document, write_elements
from cellwright.api.fleet import status as status_document
from cellwright.app.status.status import FleetStatus
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.value import Json
from golden.cli import samples
from golden.rendering import written

text = some.text(some.characters(codec=None))
positions = some.none() | some.builds(Position, text, some.integers(1), some.integers(1))
diagnostics = some.builds(Diagnostic, some.sampled_from(Severity), text, text, positions)
reasons = some.builds(Reason, some.sampled_from(ReasonKind), text)
statuses = some.builds(
    UnitStatus, some.just(samples.ACME_APP), some.sampled_from(Status), some.lists(reasons).map(tuple)
)


@given(some.lists(diagnostics))
def test_a_document_is_one_line_of_printable_ascii(found: list[Diagnostic]) -> None:
    [line] = written(diagnostics_document.diagnostics(found)).splitlines()
    assert line.isascii()
    assert line.isprintable()
    assert [item["summary"] for item in json.loads(line)["diagnostics"]] == [item.summary for item in found]


@given(some.lists(statuses))
def test_the_counts_of_a_status_add_up(found: list[UnitStatus]) -> None:
    document = json.loads(written(status_document.status(FleetStatus("fleet", tuple(found)))))
    assert sum(document["counts"].values()) == len(found)
    assert set(document["counts"]) == {status.value for status in Status}


def test_infinities_are_strings_because_json_has_none() -> None:
    text = written({"a": math.inf, "b": [-math.inf, 1.5]})
    assert json.loads(text, parse_constant=lambda _: "not JSON") == {"a": "Infinity", "b": ["-Infinity", 1.5]}


def test_a_document_can_be_indented() -> None:
    assert written({"a": 1}, indent=2) == '{\n  "a": 1\n}\n'


elements = some.lists(some.dictionaries(text, some.none() | some.integers() | text))


@given(elements, elements, some.none() | some.just(2))
def test_a_document_with_iterators_is_written_like_one_with_lists(
    first: list[dict[str, Json]], second: list[dict[str, Json]], indent: int | None
) -> None:
    whole: dict[str, Json] = {"a": 1, "first": first, "b": {"c": [1]}, "second": second, "d": None}
    parts: Document = {**whole, "first": iter(first), "second": iter(second)}
    assert written(parts, indent) == json.dumps(whole, indent=indent) + "\n"
    assert to_json({**whole, "first": iter(first)}) == whole


def test_infinities_in_iterators_are_strings_too() -> None:
    assert json.loads(written({"a": iter([math.inf])})) == {"a": ["Infinity"]}


@given(elements)
def test_elements_are_written_as_an_array_one_on_a_line(found: list[dict[str, Json]]) -> None:
    stream = io.StringIO()
    write_elements(iter(found), stream)
    assert json.loads(stream.getvalue()) == found
    assert len(stream.getvalue().splitlines()) == len(found) + (2 if found else 1)


def failing(*elements: Json) -> Iterator[Json]:
    yield from elements
    raise KeyError


def test_a_document_that_fails_after_an_element_is_closed() -> None:
    stream = io.StringIO()
    with pytest.raises(IncompleteDocumentError):
        write_document({"a": 1, "b": failing(1, 2), "c": 3}, stream)
    assert json.loads(stream.getvalue()) == {"a": 1, "b": [1, 2]}


def test_a_document_that_fails_before_its_first_element_is_not_written() -> None:
    stream = io.StringIO()
    with pytest.raises(KeyError):
        write_document({"a": 1, "b": failing()}, stream)
    assert not stream.getvalue()
