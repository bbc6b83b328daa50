import math
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.ledger.database.codec import (
    dump,
    dump_diagnostics,
    dump_values,
    load_diagnostics,
    load_inputs,
    load_outputs,
    plain_json,
    plain_text,
)
from cellwright.ledger.database.resource_counts import dump_counts, load_counts
from cellwright.model.applied import AppliedInput, RecordedOutput
from cellwright.model.diagnostic import Diagnostic, Severity, error, warning
from cellwright.model.position import Position
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.text.json_text import READABLE, read_json
from cellwright.model.text.number import exact_number
from cellwright.model.value import Json

# With every character there is, lone surrogates included.
ANY_TEXT = st.text(st.characters())
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(0, 1).map(repr).map(exact_number)
    | st.just(math.inf)
    | ANY_TEXT
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner), max_leaves=10)


@given(st.dictionaries(ANY_TEXT, JSON))
def test_inputs_and_outputs_are_read_back_as_they_were(values: Mapping[str, Json]) -> None:
    inputs = {name: AppliedInput("d", sensitive=False, value=value) for name, value in values.items()}
    outputs = {name: RecordedOutput("d", sensitive=False, value=value) for name, value in values.items()}
    assert load_inputs(dump_values(inputs)) == inputs
    assert load_outputs(dump_values(outputs)) == outputs


@given(JSON)
def test_the_text_is_ascii_so_that_no_database_refuses_it(value: Json) -> None:
    assert dump(value).isascii()
    assert "\0" not in dump(value)


@given(JSON)
def test_a_plain_value_can_be_told_in_utf8_and_stays_as_it_is(value: Json) -> None:
    plain = plain_json(value)
    text = READABLE.write(plain)
    text.encode()
    assert "\\u0000" not in text
    assert plain_json(plain) == plain == read_json(dump(plain))


def test_text_without_harm_is_plain_already() -> None:
    assert plain_text("grüße 🙂\n") == "grüße 🙂\n"
    assert plain_text("a\0b\udcffc") == "a\N{REPLACEMENT CHARACTER}b?c"


def test_a_sensitive_value_is_left_out_even_if_it_is_there() -> None:
    text = dump_values({"password": AppliedInput("d", sensitive=True, value="hunter2")})
    assert "hunter2" not in text
    assert load_inputs(text) == {"password": AppliedInput("d", sensitive=True)}
    text = dump_values({"token": RecordedOutput("d", sensitive=True, value="hunter2")})
    assert load_outputs(text) == {"token": RecordedOutput("d", sensitive=True)}


def test_read_only_mappings_and_tuples_are_json_too() -> None:
    assert dump(MappingProxyType({"a": (1, MappingProxyType({}))})) == '{"a":[1,{}]}'


def test_what_is_not_json_is_a_bug() -> None:
    with pytest.raises(TypeError, match="object is not JSON"):
        dump({"a": object()})


@pytest.mark.parametrize("counts", [ResourceCounts(), ResourceCounts(1, 2, 3, 4), ResourceCounts(replace=1)])
def test_counts_are_read_back(counts: ResourceCounts) -> None:
    assert load_counts(dump_counts(counts)) == counts


def test_nothing_to_say_takes_no_space() -> None:
    assert dump_counts(ResourceCounts()) is None
    assert dump_diagnostics(()) is None
    assert load_diagnostics(None) == ()


def test_findings_are_read_back() -> None:
    findings = (
        error("summary", "detail", Position("main.tf", 3, 7)),
        warning("no place"),
        Diagnostic(Severity.ERROR, "a\0b", "\ud800"),
    )
    assert load_diagnostics(dump_diagnostics(findings)) == findings
