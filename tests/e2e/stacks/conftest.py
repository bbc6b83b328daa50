"""One emulated AWS and one process of the provider for the tests that apply stacks."""

import os
from collections.abc import Iterator

import pytest

from cellwright.sandbox.process import Sandbox, start_sandbox
from e2e.stacks.applied import Bench
from e2e.stacks.provider import provider_for


@pytest.fixture(scope="module", name="aws")
def aws_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with start_sandbox(tmp_path_factory.mktemp("aws"), os.environ) as found:
        yield found


@pytest.fixture(scope="module", name="bench")
def bench_fixture(tmp_path_factory: pytest.TempPathFactory, aws: Sandbox) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("stacks")
    with provider_for("terraform", folder, aws.environment) as environment:
        yield Bench("terraform", folder, environment)
