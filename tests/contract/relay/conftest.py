"""Fixtures of the relay's contract tests."""

import os
import shutil
from collections.abc import Iterator

import pytest

import binaries
from cellwright.relay.client.relay_client import RelayClient
from contract.relay.go.laboratory import set_up_with_go
from contract.relay.laboratory import Laboratory, set_up, short_folder


@pytest.fixture(scope="session", name="laboratory")
def laboratory_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    root, runtime = tmp_path_factory.mktemp("laboratory"), short_folder()
    relay = RelayClient.connect_or_start(root / "cache", runtime, os.environ)
    try:
        yield set_up(root, relay)
    finally:
        relay.stop(now=True)
        shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture(scope="session", name="go_laboratory", params=binaries.ALL)
def go_laboratory_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Laboratory]:
    root, runtime = tmp_path_factory.mktemp("go"), short_folder()
    relay = RelayClient.connect_or_start(root / "cache", runtime, os.environ)
    try:
        yield set_up_with_go(root, relay, request.param)
    finally:
        relay.stop(now=True)
        shutil.rmtree(runtime, ignore_errors=True)
