"""When an answer is remembered, and when a package is unsteady."""

from pathlib import Path
from typing import cast

import pytest

from cellwright.relay.daemon.cache.environment_answers import EnvironmentAnswers
from cellwright.relay.daemon.cache.environment_key import EnvironmentKeys
from cellwright.relay.daemon.cache.packages import Package
from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas
from cellwright.relay.daemon.cache.schema_cache import SchemaCache
from cellwright.relay.daemon.cache.schema_filter import SCHEMA_MAPS, FilterableResponse
from cellwright.relay.daemon.provider_side.spawner_client import ProgramStarter
from contract.relay.provider.wire import blob

PACKAGE, OTHER = Package(Path("/p"), "h1:x", ()), Package(Path("/q"), "h1:y", ())
HERE, THERE = {b"TOKEN": b"here"}, {b"TOKEN": b"there"}


def schemas(name: str) -> ProviderSchemas:
    return ProviderSchemas(6, 0.5, FilterableResponse.of(blob(2, blob(1, name)), SCHEMA_MAPS), None)


ONE, TWO = schemas("one"), schemas("two")


def cache_in(folder: Path) -> SchemaCache:
    answers = EnvironmentAnswers(folder, EnvironmentKeys(folder))
    return SchemaCache(folder, cast("ProgramStarter", None), {}, answers)


@pytest.fixture(name="cache")
def cache_fixture(tmp_path: Path) -> SchemaCache:
    return cache_in(tmp_path)


def test_an_answer_is_remembered_once_two_processes_gave_it(cache: SchemaCache, tmp_path: Path) -> None:
    cache.learn(PACKAGE, HERE, ONE)
    assert cache.remembered(PACKAGE, HERE) is None
    cache.learn(PACKAGE, HERE, ONE)

    assert cache.remembered(PACKAGE, HERE) == ONE
    assert cache.remembered(PACKAGE, THERE) is None
    assert cache.remembered(OTHER, HERE) is None
    assert cache_in(tmp_path).remembered(PACKAGE, HERE) == ONE


def test_the_bare_answer_counts_as_one(cache: SchemaCache) -> None:
    cache._save(PACKAGE.digest.encode().hex(), ONE)

    cache.learn(PACKAGE, HERE, ONE)
    cache.learn(PACKAGE, THERE, TWO)

    assert cache.remembered(PACKAGE, HERE) == ONE
    assert cache.remembered(PACKAGE, THERE) is None


def test_environments_may_have_different_answers(cache: SchemaCache) -> None:
    for _ in range(2):
        cache.learn(PACKAGE, HERE, ONE)
        cache.learn(PACKAGE, THERE, TWO)

    assert cache.remembered(PACKAGE, HERE) == ONE
    assert cache.remembered(PACKAGE, THERE) == TWO
    assert not cache.is_unsteady(PACKAGE)


def test_two_answers_in_one_environment_make_a_package_unsteady(cache: SchemaCache, tmp_path: Path) -> None:
    cache.learn(PACKAGE, HERE, ONE)
    cache.learn(PACKAGE, HERE, TWO)

    assert cache.is_unsteady(PACKAGE)
    assert cache_in(tmp_path).is_unsteady(PACKAGE)
    assert not cache.is_unsteady(OTHER)


def test_an_answer_whose_file_is_gone_is_asked_again(cache: SchemaCache, tmp_path: Path) -> None:
    for _ in range(2):
        cache.learn(PACKAGE, HERE, ONE)
    for path in (tmp_path / "providers").iterdir():
        path.unlink()

    assert cache_in(tmp_path).remembered(PACKAGE, HERE) is None
