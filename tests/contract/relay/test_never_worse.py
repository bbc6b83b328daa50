"""Whatever works without the relay works with it, also where answers depend on a provider's surroundings."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.model.diagnostic import error
from cellwright.relay.client.relay_client import RelayClient
from cellwright.relay.client.relay_providers import RelayProviders
from cellwright.terraform.workspace.unit_folder import LOCK_FILE
from contract.relay.comparison import APPLY, INIT, PLAN, SHOW
from contract.relay.laboratory import (
    REQUIREMENT,
    Bench,
    Laboratory,
    Ran,
    install_program,
    program_of,
    short_folder,
)
from contract.relay.texts import BASE, ITEM, MAIN

pytestmark = pytest.mark.terraform

NAMELESS = 'resource "demo_item" "one" { name = "" }'
MISSING = "Missing required argument"


@pytest.fixture(name="own")
def own_fixture(any_laboratory: Laboratory, tmp_path: Path) -> Iterator[Laboratory]:
    """The laboratory with a relay that remembers nothing yet, and whose memory no other test has."""
    runtime = short_folder()
    relay = RelayClient.connect_or_start(tmp_path / "cache", runtime, os.environ)
    root = tmp_path / "laboratory"
    root.mkdir()
    (root / "terraformrc").symlink_to(any_laboratory.root / "terraformrc")
    yield replace(any_laboratory, root=root, relay=relay)
    relay.stop(now=True)
    shutil.rmtree(runtime, ignore_errors=True)


def prepared(laboratory: Laboratory, name: str, **environment: str) -> tuple[Bench, RelayProviders]:
    providers = laboratory.relayed()
    bench = laboratory.bench(name, providers).with_environment(**environment)
    bench.write({"main.tf": BASE + ITEM})
    assert bench.run(*INIT).code == 0
    return bench, providers


def falls_back(bench: Bench, providers: RelayProviders, ran: Ran) -> bool:
    return providers.fall_back(bench.workspace, "plan", [error(ran.out + ran.err)])


def asked(bench: Bench) -> int:
    return len(bench.journal_entries("schema"))


def test_a_schema_is_remembered_once_two_processes_gave_it(own: Laboratory) -> None:
    # The relay's own, bare process has given the same answer before.
    alike, _ = prepared(own, "schema-alike")
    for _ in range(3):
        assert alike.run(*PLAN).code == 0
    other, _ = prepared(own, "schema-other", DEMO_STRICT="1")
    for _ in range(4):
        assert other.run(*PLAN).says(MISSING)

    assert asked(alike) == 1
    assert asked(other) == 2


def test_an_argument_that_a_variable_makes_optional(own: Laboratory) -> None:
    without, providers = prepared(own, "variable", DEMO_STRICT="1")
    given = without.with_environment(DEMO_ROLE="reader")

    for _ in range(3):
        assert given.run(*PLAN).code == 0
        ran = without.run(*PLAN)
        assert ran.says(MISSING)

    assert not falls_back(without, providers, ran), "that is what the provider says itself"
    assert given.run(*PLAN).code == 0
    assert providers.report(given.workspace.address).reason == ""


@pytest.mark.parametrize("first", ["absent", "there"])
def test_an_argument_that_a_file_makes_optional(own: Laboratory, tmp_path: Path, first: str) -> None:
    role = tmp_path / "role"
    surroundings = {"DEMO_STRICT": "1", "DEMO_ROLE_FILE": str(role)}
    bench, providers = prepared(own, f"file-{first}", **surroundings)
    if first == "there":
        role.touch()
    for _ in range(3):
        assert bench.run(*PLAN).code == (0 if first == "there" else 1)

    role.touch() if first == "absent" else role.unlink()
    if first == "there":
        bench.write({"main.tf": BASE + NAMELESS})
    ran = bench.run(*PLAN)

    assert ran.code == 1
    assert falls_back(bench, providers, ran)
    again = bench.run(*PLAN)
    assert again.code == (0 if first == "absent" else 1)
    assert "did not answer as before" in providers.report(bench.workspace.address).reason
    assert not falls_back(bench, providers, again), "only once"

    later = own.relayed()
    assert later.environment_for(bench.workspace, "plan") == {}
    assert "its schema is not the same in two starts" in later.report(bench.workspace.address).reason


def test_a_provider_whose_schema_never_is_the_same_serves_itself(own: Laboratory) -> None:
    bench, providers = prepared(own, "fickle", DEMO_FICKLE="1")

    for _ in range(3):
        assert bench.run(*PLAN).code == 0

    assert "its schema is not the same in two starts" in providers.report(bench.workspace.address).reason
    assert "TF_REATTACH_PROVIDERS" not in bench.environment("plan")


def test_a_provider_that_must_be_asked_for_its_schema_first(own: Laboratory) -> None:
    """Old providers work only then; each process is asked, whoever answers Terraform."""
    source = "cellwright/legacy"
    install_program(own.mirror, f"{own.host}/{source}", program_of(6, legacy=True))
    bench = own.bench("legacy", own.relayed())
    bench.write({"main.tf": MAIN.replace("DEMO_SOURCE", source), LOCK_FILE: ""})
    assert bench.run(*INIT).code == 0, "without a lock entry the relay is not used"

    for step in (PLAN, SHOW, APPLY, PLAN):
        ran = bench.run(*step)
        assert ran.code == 0, ran.out + ran.err

    assert isinstance(bench.providers, RelayProviders)
    assert bench.providers.report(bench.workspace.address).used


def test_what_a_remembered_answer_did_not_cause_is_not_repeated(own: Laboratory) -> None:
    bench, providers = prepared(own, "own-fault")
    bench.write({"main.tf": REQUIREMENT + 'provider "demo" {}' + ITEM})
    for _ in range(2):
        ran = bench.run(*PLAN)

    assert ran.says(MISSING)
    assert not falls_back(bench, providers, ran)
