import pytest

from cellwright.relay.daemon.cache.schema_cache import ProviderSchemas
from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, SCHEMA_MAPS, FilterableResponse
from contract.relay.provider import schema

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
