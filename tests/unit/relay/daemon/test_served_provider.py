"""What is known of the schemas that a command was told."""

from pathlib import Path
from typing import Any, cast

import pytest

from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas
from cellwright.relay.daemon.cache.schema_filter import IDENTITY_SCHEMA_MAPS, SCHEMA_MAPS, FilterableResponse
from cellwright.relay.daemon.peer import Peer
from cellwright.relay.daemon.served_provider import ServedProvider
from cellwright.terraform.type_schemas import TypeSchemas
from contract.relay.provider.wire import blob

HERE = Path("/unit")
_FIELDS = dict[str, Any](
    package=None, types=None, schema_from_code=True, cache_checks=True, start_early=False
)


def schemas(*types: str, identities: bool = True) -> ProviderSchemas:
    entries = [blob(1, name) + blob(2, b"") for name in types]
    schema = FilterableResponse.of(b"".join(blob(2, entry) for entry in entries), SCHEMA_MAPS)
    known_by = FilterableResponse.of(b"".join(blob(1, entry) for entry in entries), IDENTITY_SCHEMA_MAPS)
    return ProviderSchemas(5, 0.1, schema, known_by if identities else None)


def peer(folder: Path = HERE) -> Peer:
    return Peer(1, folder, {}, 0o022, -1)


@pytest.fixture
def served() -> ServedProvider:
    services = cast("Any", None)
    return ServedProvider(services, "r/n/p", bare=schemas("a"), workspace=HERE, **_FIELDS)


def test_nothing_is_known_before_the_command_has_asked(served: ServedProvider) -> None:
    served.note_told(peer(Path("/elsewhere")), schemas("a"))
    assert served.schemas_of(frozenset("a")) is None


def test_the_same_answer_to_several_processes(served: ServedProvider) -> None:
    for _ in range(2):
        served.note_told(peer(), schemas("a", "b"))
    found = served.schemas_of(frozenset("a"))
    assert found == TypeSchemas(blob(2, blob(1, "a") + blob(2, b"")), blob(1, blob(1, "a") + blob(2, b"")))


def test_a_provider_without_identities(served: ServedProvider) -> None:
    served.note_told(peer(), schemas("a", "b", identities=False))
    assert served.schemas_of(frozenset("a")) == TypeSchemas(schemas("a").schema.full)


@pytest.mark.parametrize(
    "other",
    [schemas("b"), schemas("a", "b", identities=False), None],
    ids=["another answer", "other identities", "the provider's own"],
)
def test_after_two_different_answers_none_is_known(
    served: ServedProvider, other: ProviderSchemas | None
) -> None:
    served.note_told(peer(), schemas("a", "b"))
    served.note_told(peer(), other)
    assert served.schemas_of(frozenset("a")) is None


def test_an_answer_that_the_provider_gave_by_itself_is_not_known(served: ServedProvider) -> None:
    served.note_told(peer(), None)
    assert served.schemas_of(frozenset("a")) is None
