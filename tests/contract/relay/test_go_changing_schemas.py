"""Providers whose schema is not always the same: by the environment, or with each start."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

import binaries
from cellwright.relay.client.relay_client import RelayClient
from cellwright.relay.client.relay_providers import RelayProviders
from contract.relay.comparison import APPLY, INIT, PLAN, SHOW, Case, follow
from contract.relay.go.laboratory import bench_with, requirement, set_up_with_go
from contract.relay.go.stacks import FRAMEWORK
from contract.relay.laboratory import Bench, Laboratory, short_folder

WITHOUT_ARGUMENT = requirement("sdk") + 'provider "sdk" {}\nresource "sdk_item" "one" { name = "one" }\n'
ITEM = 'resource "framework_item" "one" {\n  name = "one"\n  tags = { kind = "test" }\n}\n'
SET: Mapping[str, str] = {"SDK_FOLDER": "elsewhere"}
UNSET: Mapping[str, str] = {}


@pytest.fixture(name="fresh")
def fresh_fixture(go_laboratory: Laboratory, tmp_path: Path) -> Iterator[Laboratory]:
    """The laboratory with a relay that has seen nothing."""
    runtime = short_folder()
    relay = RelayClient.connect_or_start(tmp_path / "cache", runtime, os.environ)
    yield replace(go_laboratory, relay=relay)
    relay.stop(now=True)
    shutil.rmtree(runtime, ignore_errors=True)


def without_argument(environment: Mapping[str, str]) -> Case:
    """A required argument is left out. Its variable is set, or it is not."""
    files = {"main.tf": WITHOUT_ARGUMENT}
    if environment:
        return Case("set", files, (PLAN, APPLY), environment=environment)
    return Case("unset", files, (PLAN,), codes=(1,), says="is required, but no definition was found")


def orders() -> Iterator[ParameterSet]:
    """Which of the two the relay sees first. The variable is never set in its own environment."""
    for binary in binaries.ALL:
        yield pytest.param(binary, (SET, UNSET), id=f"{binary}-set-first")
        yield pytest.param(binary, (UNSET, SET), id=f"{binary}-unset-first", marks=pytest.mark.long)


@pytest.mark.parametrize(
    ("go_laboratory", "order"), list(orders()), indirect=["go_laboratory"], scope="session"
)
def test_a_required_argument_may_come_from_the_environment(
    fresh: Laboratory, order: tuple[Mapping[str, str], ...], request: pytest.FixtureRequest
) -> None:
    for case in map(without_argument, order):
        name = f"{request.node.callspec.id}-{case.name}"
        plain = bench_with(fresh, f"plain-{name}", ("sdk",), relayed=False)
        relayed = bench_with(fresh, f"relay-{name}", ("sdk",), relayed=True)

        assert follow(relayed, case) == follow(plain, case)

        assert not reason(relayed)


@pytest.mark.parametrize("go_laboratory", ["terraform"], indirect=True)
def test_a_schema_that_differs_from_start_to_start(fresh: Laboratory, tmp_path: Path) -> None:
    """Nothing fails by it, and once it is seen, the provider is not served any more."""
    unsteady = set_up_with_go(tmp_path / "unsteady", fresh.relay, fresh.binary, names=("framework",))
    (version,) = unsteady.mirror.glob("*/cellwright/framework/*")
    (version / "starts").write_text("0")
    bench = bench_with(unsteady, "unit", ("framework",), relayed=True)
    bench.write({"main.tf": requirement("framework") + FRAMEWORK + ITEM})
    assert bench.run(*INIT).code == 0

    for step in (PLAN, APPLY, PLAN, SHOW):
        ran = bench.run(*step)
        assert ran.code == 0, ran.out

    assert "its schema is not the same in two starts" in reason(bench)


def reason(bench: Bench) -> str:
    assert isinstance(bench.providers, RelayProviders)
    report = bench.providers.report(bench.workspace.address)
    assert report.used
    return report.reason
