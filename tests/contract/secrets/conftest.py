"""One emulated AWS for all tests of secrets."""

import os
from collections.abc import Iterator

import pytest

from cellwright.sandbox.process import Sandbox, start_sandbox


@pytest.fixture(scope="session", name="running")
def running_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with start_sandbox(tmp_path_factory.mktemp("sandbox"), os.environ) as sandbox:
        yield sandbox
