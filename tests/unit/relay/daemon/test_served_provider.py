"""What is known of the schemas that a command was told."""

from pathlib import Path
from typing import Any, cast

import pytest

from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas
from cellwright.relay.daemon.cache.schema_filter import SCHEMA_MAPS, FilterableResponse
from cellwright.relay.daemon.peer import Peer
from cellwright.relay.daemon.served_provider import ServedProvider
from contract.relay.provider.wire import blob

HERE = Path("/unit")
_FIELDS = dict[str, Any](
    package=None, types=None, schema_from_code=True, cache_checks=True, start_early=False
)


def schemas(*types: str) -> ProviderSchemas:
    content = b"".join(blob(2, blob(1, name) + blob(2, b"")) for name in types)
    return ProviderSchemas(5, 0.1, FilterableResponse.of(content, SCHEMA_MAPS), None)


def peer(folder: Path = HERE) -> Peer:
    return Peer(1, folder, {}, 0o022, -1)


@pytest.fixture
def served() -> ServedProvider:
    services = cast("Any", None)
    return ServedProvider(services, "r/n/p", bare=schemas("a"), workspace=HERE, **_FIELDS)


def test_nothing_is_known_before_the_command_has_asked(served: ServedProvider) -> None:
    served.note_told(peer(Path("/elsewhere")), schemas("a"))
    assert served.schema_of(frozenset("a")) is None


def test_the_same_answer_to_several_processes(served: ServedProvider) -> None:
    for _ in range(2):
        served.note_told(peer(), schemas("a", "b"))
    assert served.schema_of(frozenset("a")) == schemas("a").schema.full


@pytest.mark.parametrize("other", [schemas("b"), None], ids=["another answer", "the provider's own"])
def test_after_two_different_answers_none_is_known(
    served: ServedProvider, other: ProviderSchemas | None
) -> None:
    served.note_told(peer(), schemas("a", "b"))
    served.note_told(peer(), other)
    assert served.schema_of(frozenset("a")) is None


def test_an_answer_that_the_provider_gave_by_itself_is_not_known(served: ServedProvider) -> None:
    served.note_told(peer(), None)
    assert served.schema_of(frozenset("a")) is None
