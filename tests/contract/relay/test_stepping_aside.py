"""Where anything is unsure, Terraform runs without the relay or once more, and either can continue."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.model.binary import Product
from cellwright.model.diagnostic import error
from cellwright.relay.client.relay_providers import RelayProviders, RelaySettings
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.workspace.unit_folder import LOCK_FILE
from contract.relay.cases import BASE, ITEM, MAIN
from contract.relay.comparison import APPLY, INIT, PLAN
from contract.relay.laboratory import ADDRESSES, REQUIREMENT, Bench, Laboratory, install_program

pytestmark = pytest.mark.terraform


def reason(bench: Bench) -> str:
    assert isinstance(bench.providers, RelayProviders)
    report = bench.providers.report(bench.workspace.address)
    assert not report.used
    return report.reason


def test_a_plan_of_the_relay_is_applied_without_it(laboratory: Laboratory) -> None:
    bench = laboratory.bench("relay-then-plain", laboratory.relayed())
    bench.write({"main.tf": MAIN})
    assert bench.run(*INIT).code == 0
    assert bench.run(*PLAN).code == 0

    ran = replace(bench, providers=laboratory.bench("unused").providers).run(*APPLY)

    assert ran.code == 0, ran.out + ran.err


def test_a_plan_without_the_relay_is_applied_through_it(laboratory: Laboratory) -> None:
    bench = laboratory.bench("plain-then-relay")
    bench.write({"main.tf": MAIN})
    assert bench.run(*INIT).code == 0
    assert bench.run(*PLAN).code == 0
    providers = laboratory.relayed()

    ran = replace(bench, providers=providers).run(*APPLY)

    assert ran.code == 0, ran.out + ran.err
    assert providers.report(bench.workspace.address).used


def test_without_a_lock_entry_the_relay_is_not_used(laboratory: Laboratory) -> None:
    bench = laboratory.bench("no-lock-entry", laboratory.relayed())
    bench.write({"main.tf": MAIN, LOCK_FILE: ""})

    assert bench.run(*INIT).code == 0

    assert "no lock file, or it names no provider" in reason(bench)
    assert ADDRESSES[6] in (bench.module / LOCK_FILE).read_text()


def test_a_package_that_the_lock_file_does_not_name_is_not_served(laboratory: Laboratory) -> None:
    bench = laboratory.bench("other-package", laboratory.relayed())
    other = laboratory.locks[6].replace('"h1:', '"h1:AAAA')
    bench.write({"main.tf": MAIN, LOCK_FILE: other})

    ran = bench.run(*INIT)

    assert ran.code == 1
    assert ran.says("checksums")
    assert "not one that the lock file names" in reason(bench)


def test_a_provider_that_is_not_known_to_be_safe_is_not_served(laboratory: Laboratory) -> None:
    bench = laboratory.bench("untrusted", laboratory.relayed(trusted=()))
    bench.write({"main.tf": MAIN})

    assert bench.run(*INIT).code == 0
    assert bench.run(*PLAN).code == 0

    assert "not known to be safe" in reason(bench)


UNTESTED: list[tuple[Product, str, str]] = [
    ("tofu", "1.11.0", "not tested with tofu"),
    ("terraform", "1.12.0", "not tested with Terraform 1.12.0"),
]


@pytest.mark.parametrize(("product", "version", "text"), UNTESTED)
def test_an_untested_terraform_runs_without_the_relay(
    laboratory: Laboratory, product: Product, version: str, text: str
) -> None:
    other = replace(laboratory, binary=Binary(laboratory.binary.path, product, Version(version)))
    bench = other.bench(f"not-tested-{product}", other.relayed())
    bench.write({"main.tf": MAIN})

    assert bench.run(*INIT).code == 0

    assert text in reason(bench)


def test_an_untested_command_runs_without_the_relay(laboratory: Laboratory) -> None:
    bench = laboratory.bench("untested-command", laboratory.relayed())
    bench.write({"main.tf": MAIN})
    assert replace(bench, providers=laboratory.bench("unused-2").providers).run(*INIT).code == 0

    ran = bench.run("providers", "schema", "-json")

    assert "demo_extra_042" in ran.out
    assert "not tested with `terraform providers`" in reason(bench)


@pytest.mark.parametrize(
    ("settings", "environment", "text"),
    [
        (RelaySettings(flag=False), {}, "--no-relay"),
        (RelaySettings(setting=False), {}, "terraform.relay in fleet.yaml is off"),
        (RelaySettings(), {"CELLWRIGHT_RELAY": "off"}, "CELLWRIGHT_RELAY is off"),
    ],
)
def test_switched_off(
    laboratory: Laboratory, settings: RelaySettings, environment: dict[str, str], text: str
) -> None:
    def connect() -> None:
        pytest.fail("the relay is not even started")

    providers = RelayProviders(connect, laboratory.binary, [], settings, environment)  # type: ignore[arg-type]
    bench = laboratory.bench(f"off-{text[:6].strip('-').lower()}", providers)

    assert "TF_REATTACH_PROVIDERS" not in bench.environment("plan")
    assert reason(bench) == text


def test_after_a_missing_type_the_command_is_repeated_with_the_full_schema(laboratory: Laboratory) -> None:
    providers = laboratory.relayed()
    bench = laboratory.bench("hidden-state", providers)
    # As with a remote state: its types are not known beforehand.
    hidden = replace(bench, workspace=replace(bench.workspace, state=None))
    hidden.write({"main.tf": MAIN + 'resource "demo_thing" "gone" { name = "gone" }'})
    assert hidden.run(*INIT).code == 0
    assert hidden.run("apply", "-auto-approve", "-no-color").code == 0
    hidden.write({"main.tf": MAIN})

    first = hidden.run(*PLAN)
    complaint = [error(first.out + first.err)]

    assert first.code == 1
    assert providers.fall_back(hidden.workspace, "plan", complaint)
    assert hidden.run(*PLAN).code == 0
    assert not providers.fall_back(hidden.workspace, "plan", complaint), "only once"


def test_a_failure_of_another_kind_is_not_repeated(laboratory: Laboratory) -> None:
    providers = laboratory.relayed()
    bench = laboratory.bench("other-failure", providers)
    bench.write({"main.tf": BASE + 'resource "demo_item" "one" { name = "" }'})
    assert bench.run(*INIT).code == 0
    ran = bench.run(*PLAN)

    assert not providers.fall_back(bench.workspace, "plan", [error(ran.out + ran.err)])


@pytest.mark.parametrize(
    ("name", "script", "text"),
    [
        ("silent", "exit 3", "it ended with code 3"),
        ("garbled", "echo hello; sleep 60", "not go-plugin's"),
        ("old", "echo '1|4|unix|/nowhere|netrpc|'; sleep 60", "it speaks protocol 4"),
        ("absent", "echo '1|6|unix|/nowhere/at/all|grpc|'; sleep 60", "it did not start"),
        ("deaf", "echo '1|6|tcp|127.0.0.1:1|grpc|'; sleep 60", "it did not start"),
        ("secretive", "echo '1|6|unix|/nowhere|grpc|Q0VSVElGSUNBVEU'; sleep 60", "plain gRPC"),
    ],
)
def test_a_provider_that_misbehaves_is_not_served(
    laboratory: Laboratory, name: str, script: str, text: str
) -> None:
    address = f"registry.terraform.io/cellwright/{name}"
    install_program(laboratory.mirror, address, f"#!/bin/sh\n{script}\n")
    bench = laboratory.bench(f"misbehaves-{name}", laboratory.relayed(trusted=(f"cellwright/{name}",)))
    requirement = REQUIREMENT.replace("DEMO_SOURCE", f"cellwright/{name}")
    bench.write({"main.tf": requirement, LOCK_FILE: ""})
    assert bench.run(*INIT).code == 0

    assert "TF_REATTACH_PROVIDERS" not in bench.environment("plan")

    assert text in reason(bench)


def test_after_init_through_the_relay_a_command_may_run_without_it(laboratory: Laboratory) -> None:
    bench = laboratory.bench("init-only", laboratory.relayed())
    bench.write({"main.tf": BASE + ITEM})
    assert bench.run(*INIT).code == 0

    ran = replace(bench, providers=laboratory.bench("unused-3").providers).run(*PLAN)

    assert ran.code == 0, ran.out + ran.err


def test_terraform_runs_without_a_relay_that_cannot_start(laboratory: Laboratory, tmp_path: Path) -> None:
    from cellwright.relay.client.relay_client import RelayClient  # noqa: PLC0415 - beside its only use

    occupied = tmp_path / "occupied"
    occupied.write_text("no folder")
    providers = RelayProviders(
        lambda: RelayClient.connect_or_start(tmp_path / "cache", occupied, os.environ),
        laboratory.binary,
        [laboratory.mirror],
        RelaySettings(trusted=("cellwright/demo",)),
        os.environ,
    )
    bench = laboratory.bench("cannot-start", providers)
    bench.write({"main.tf": MAIN})

    assert bench.run(*INIT).code == 0
    assert bench.run(*PLAN).code == 0
    assert "occupied" in reason(bench)
