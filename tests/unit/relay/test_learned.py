import pytest

from cellwright.relay.daemon.catalogue import Learned
from cellwright.relay.daemon.cut import IDENTITY_MAPS, Cuttable
from contract.relay.provider import schema

WHOLE = Cuttable.of(schema.provider_schema())
IDENTITIES = Cuttable.of(schema.identity_schemas(), IDENTITY_MAPS)


@pytest.mark.parametrize("identities", [None, IDENTITIES])
def test_what_was_learned_is_read_back(identities: Cuttable | None) -> None:
    learned = Learned(6, 0.25, WHOLE, identities)

    assert Learned.read(learned.write()) == learned


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json\n",
        b"{}\n",
        b'{"format": 0}\nrest',
        Learned(6, 0.25, WHOLE, IDENTITIES).write()[:-1],
        Learned(6, 0.25, WHOLE, None).write() + b"x",
        b'{"format": 1, "protocol": 6, "seconds": 1, "schema": 2, "identities": null}\n\xff\xff',
    ],
)
def test_anything_else_is_not(content: bytes) -> None:
    assert Learned.read(content) is None
