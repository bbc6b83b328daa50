"""Schemas on their way from the relay's daemon, also from one of an older release."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.relay.messages import MessageError
from cellwright.relay.schema_messages import decode_schemas, encode_schemas
from cellwright.terraform.type_schemas import TypeSchemas

KNOWN = st.builds(TypeSchemas, st.binary(), st.none() | st.binary())


@given(st.dictionaries(st.text(), KNOWN, max_size=3))
def test_they_are_written_and_read_back(known: dict[str, TypeSchemas]) -> None:
    assert decode_schemas(json.loads(json.dumps(encode_schemas(known)))) == known


def test_an_older_relay_knows_no_identities() -> None:
    assert decode_schemas({"r/n/p": "c2NoZW1hcw=="}) == {"r/n/p": TypeSchemas(b"schemas", None)}


@pytest.mark.parametrize(
    "found",
    [
        "%",
        1,
        None,
        {},
        {"schemas": "YQ=="},
        {"identities": "YQ=="},
        {"schemas": None, "identities": None},
        {"schemas": "YQ==", "identities": "%"},
        {"schemas": "YQ==", "identities": 1},
    ],
)
def test_what_is_no_schema_is_an_error(found: Any) -> None:  # noqa: ANN401  JSON
    with pytest.raises(MessageError):
        decode_schemas({"r/n/p": found})
