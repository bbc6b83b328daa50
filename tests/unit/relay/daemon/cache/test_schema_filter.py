import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, SCHEMA_MAPS, FilterableResponse
from cellwright.terraform.protobuf import ProtobufError
from contract.relay.provider import schema
from contract.relay.provider.wire import blob, mapping, number, parse

WHOLE = schema.provider_schema()
EXTRA = {f"demo_extra_{count:03}" for count in range(schema.EXTRA_TYPES)}


def names(answer: bytes, tag: int) -> set[str]:
    return {parse(entry).text(1) for entry in parse(answer).blobs(tag)}


def test_only_the_types_in_use_are_left() -> None:
    answer = FilterableResponse.of(WHOLE, SCHEMA_MAPS).only(
        {"demo_item", "demo_token", "a", "name", "that", "is", "no", "type"}
    )

    assert names(answer, 2) == {"demo_item"}
    assert names(answer, 3) == set()
    assert names(answer, 8) == {"demo_token"}


def test_a_name_keeps_everything_of_that_name() -> None:
    """Terraform suggests a data source in a message about a resource of the same name."""
    answer = FilterableResponse.of(WHOLE, SCHEMA_MAPS).only({"demo_extra_001"})

    assert names(answer, 2) == names(answer, 3) == {"demo_extra_001"}


def test_everything_else_stays() -> None:
    answer = FilterableResponse.of(WHOLE, SCHEMA_MAPS).only(set())

    for tag in (1, 6, 7):
        assert list(parse(answer).blobs(tag)) == list(parse(WHOLE).blobs(tag)) != []
    assert parse(parse(answer).blob(6)).number(1) == 1


def test_without_names_the_answer_is_full() -> None:
    assert FilterableResponse.of(WHOLE, SCHEMA_MAPS).only(None) == WHOLE


@given(st.frozensets(st.sampled_from(sorted(EXTRA | {"demo_item", "demo_thing", "demo_lookup"}))))
def test_what_stays_is_unchanged(wanted: frozenset[str]) -> None:
    answer = FilterableResponse.of(WHOLE, SCHEMA_MAPS).only(wanted)

    assert names(answer, 2) == names(WHOLE, 2) & wanted
    assert names(answer, 3) == names(WHOLE, 3) & wanted
    before = [entry for entry in parse(WHOLE).blobs(2) if parse(entry).text(1) in wanted]
    assert list(parse(answer).blobs(2)) == before
    assert len(answer) <= len(WHOLE)


def test_identity_schemas_are_reduced_too() -> None:
    answer = FilterableResponse.of(schema.identity_schemas(), IDENTITY_SCHEMA_MAPS).only({"demo_thing"})

    assert names(answer, 1) == {"demo_thing"}


def test_unknown_fields_stay() -> None:
    whole = WHOLE + mapping(99, {"new": b"thing"})

    assert names(FilterableResponse.of(whole, SCHEMA_MAPS).only(set()), 99) == {"new"}


@pytest.mark.parametrize("whole", [WHOLE[:-1], WHOLE + blob(4, number(1, 2) + blob(2, "old")), b"\xff"])
def test_a_damaged_answer_or_one_with_diagnostics_is_refused(whole: bytes) -> None:
    with pytest.raises(ProtobufError):
        FilterableResponse.of(whole, SCHEMA_MAPS)
