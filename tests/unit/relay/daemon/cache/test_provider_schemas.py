"""Schemas as bytes for the disk, and what makes two answers the same."""

import pytest

from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas
from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, SCHEMA_MAPS, FilterableResponse
from contract.relay.provider import schema
from contract.relay.provider.wire import blob, number

WHOLE = FilterableResponse.of(schema.provider_schema(), SCHEMA_MAPS)
IDENTITIES = FilterableResponse.of(schema.identity_schemas(), IDENTITY_SCHEMA_MAPS)


@pytest.mark.parametrize("identities", [None, IDENTITIES])
def test_schemas_are_written_and_read_back(identities: FilterableResponse | None) -> None:
    learned = ProviderSchemas(6, 0.25, WHOLE, identities)

    assert ProviderSchemas.decode(learned.encode()) == learned


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json\n",
        b"{}\n",
        b'{"format": 0}\nrest',
        ProviderSchemas(6, 0.25, WHOLE, IDENTITIES).encode()[:-1],
        ProviderSchemas(6, 0.25, WHOLE, None).encode() + b"x",
        b'{"format": 1, "protocol": 6, "seconds": 1, "schema": 2, "identities": null}\n\xff\xff',
    ],
)
def test_other_content_is_not_read(content: bytes) -> None:
    assert ProviderSchemas.decode(content) is None


def test_answers_that_list_their_types_in_another_order_are_the_same() -> None:
    entries = (blob(2, blob(1, name) + blob(2, schema.schema(schema.ITEM))) for name in ("b", "a"))
    one, other = (
        b"".join(entries),
        b"".join(blob(2, blob(1, name) + blob(2, schema.schema(schema.ITEM))) for name in ("a", "b")),
    )
    assert one != other

    found = [
        ProviderSchemas(6, seconds, FilterableResponse.of(raw, SCHEMA_MAPS), None).digest
        for seconds, raw in ((1.0, one), (2.0, other))
    ]

    assert found[0] == found[1]


def test_answers_that_differ_are_not_the_same() -> None:
    shorter = FilterableResponse.of(blob(2, blob(1, "a")), SCHEMA_MAPS)
    digests = {
        ProviderSchemas(6, 1.0, WHOLE, IDENTITIES).digest,
        ProviderSchemas(6, 1.0, WHOLE, None).digest,
        ProviderSchemas(5, 1.0, WHOLE, None).digest,
        ProviderSchemas(5, 1.0, shorter, None).digest,
    }

    assert len(digests) == 4


@pytest.mark.parametrize(
    ("capabilities", "needed"),
    [
        (b"", True),
        (blob(6, number(1, 1)), True),
        (blob(6, number(1, 1) + number(2, 1)), False),
        (blob(6, bytes((0x10, 0x00))), True),
    ],
)
def test_whether_each_process_must_be_asked_for_its_schema(capabilities: bytes, *, needed: bool) -> None:
    assert FilterableResponse.of(capabilities, SCHEMA_MAPS).needs_schema_call is needed
