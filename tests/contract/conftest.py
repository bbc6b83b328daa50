"""What contract suites share."""

from collections.abc import Iterator

import pytest

from contract.postgres import PostgresServer, postgres_server


@pytest.fixture(scope="session", name="postgres")
def postgres_fixture() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server
