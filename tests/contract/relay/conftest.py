"""Fixtures of the relay's contract tests.

`laboratory` is there once for each program, `any_laboratory` once: for what the program has no part in.
`go_laboratory` has the test providers written in Go.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import binaries
from cellwright.relay.client.relay_client import RelayClient
from cellwright.terraform.install.binary import Binary
from contract.relay.go.laboratory import set_up_with_go
from contract.relay.laboratory import Laboratory, set_up, short_folder

Furnish = Callable[[Path, RelayClient, Binary], Laboratory]


@contextmanager
def _laboratory(
    name: str, factory: pytest.TempPathFactory, furnish: Furnish = set_up
) -> Iterator[Laboratory]:
    binary = binaries.binary(name)
    root, runtime = factory.mktemp("laboratory"), short_folder()
    relay = RelayClient.connect_or_start(root / "cache", runtime, os.environ)
    try:
        yield furnish(root, relay, binary)
    finally:
        relay.stop(now=True)
        shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture(scope="session", name="laboratory", params=binaries.ALL)
def laboratory_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Laboratory]:
    with _laboratory(request.param, tmp_path_factory) as laboratory:
        yield laboratory


@pytest.fixture(scope="session", name="any_laboratory")
def any_laboratory_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with _laboratory("terraform", tmp_path_factory) as laboratory:
        yield laboratory


@pytest.fixture(scope="session", name="go_laboratory", params=binaries.ALL)
def go_laboratory_fixture(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Laboratory]:
    with _laboratory(request.param, tmp_path_factory, set_up_with_go) as laboratory:
        yield laboratory
