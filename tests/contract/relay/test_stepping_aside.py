"""Where anything is unsure, Terraform runs without the relay or once more, and either can continue."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

import binaries
from cellwright.model.diagnostic import error
from cellwright.relay.client.relay_providers import RelayProviders, RelaySettings
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.workspace.unit_folder import LOCK_FILE
from contract.relay.comparison import APPLY, INIT, PLAN
from contract.relay.laboratory import REQUIREMENT, SOURCES, Bench, Laboratory, install_program
from contract.relay.texts import BASE, ITEM, MAIN

pytestmark = pytest.mark.terraform


def reason(bench: Bench) -> str:
    assert isinstance(bench.providers, RelayProviders)
    report = bench.providers.report(bench.workspace.address)
    assert not report.used
    return report.reason


@pytest.mark.parametrize("laboratory", binaries.FIRST_QUICK, indirect=True)
def test_a_plan_of_the_relay_is_applied_without_it(laboratory: Laboratory) -> None:
    bench = laboratory.bench("relay-then-plain", laboratory.relayed())
    bench.write({"main.tf": MAIN})
    assert bench.run(*INIT).code == 0
    assert bench.run(*PLAN).code == 0

    ran = replace(bench, providers=laboratory.bench("unused").providers).run(*APPLY)

    assert ran.code == 0, ran.out + ran.err


@pytest.mark.parametrize("laboratory", binaries.SECOND_QUICK, indirect=True)
def test_a_plan_without_the_relay_is_applied_through_it(laboratory: Laboratory) -> None:
    bench = laboratory.bench("plain-then-relay")
    bench.write({"main.tf": MAIN})
    assert bench.run(*INIT).code == 0
    assert bench.run(*PLAN).code == 0
    providers = laboratory.relayed()

    ran = replace(bench, providers=providers).run(*APPLY)

    assert ran.code == 0, ran.out + ran.err
    assert providers.report(bench.workspace.address).used


@pytest.mark.parametrize("laboratory", binaries.FIRST_QUICK, indirect=True)
def test_without_a_lock_entry_the_relay_is_not_used(laboratory: Laboratory) -> None:
    bench = laboratory.bench("no-lock-entry", laboratory.relayed())
    bench.write({"main.tf": MAIN, LOCK_FILE: ""})

    assert bench.run(*INIT).code == 0

    assert "no lock file, or it names no provider" in reason(bench)
    assert laboratory.address() in (bench.module / LOCK_FILE).read_text()


def test_a_package_that_the_lock_file_does_not_name_is_not_served(any_laboratory: Laboratory) -> None:
    bench = any_laboratory.bench("other-package", any_laboratory.relayed())
    other = any_laboratory.locks[6].replace('"h1:', '"h1:AAAA')
    bench.write({"main.tf": MAIN, LOCK_FILE: other})

    ran = bench.run(*INIT)

    assert ran.code == 1
    assert ran.says("checksums")
    assert "not one that the lock file names" in reason(bench)


@pytest.mark.parametrize("name", [SOURCES[6], "registry.terraform.io/cellwright/demo"])
def test_a_provider_that_settings_except_is_not_served(any_laboratory: Laboratory, name: str) -> None:
    bench = any_laboratory.bench(f"excepted-{name.count('/')}", any_laboratory.relayed(excepted=(name,)))
    bench.write({"main.tf": MAIN})

    assert bench.run(*INIT).code == 0
    assert bench.run(*PLAN).code == 0

    assert "is excepted in fleet.yaml" in reason(bench)


def test_a_program_that_is_too_old_runs_without_the_relay(any_laboratory: Laboratory) -> None:
    old = Binary(any_laboratory.binary.path, "terraform", Version("1.8.5"))
    other = replace(any_laboratory, binary=old)
    bench = other.bench("too-old", other.relayed())
    bench.write({"main.tf": MAIN})

    assert bench.run(*INIT).code == 0

    assert "Terraform 1.8.5 is older than 1.9" in reason(bench)


def test_a_program_that_is_newer_than_those_tried_gets_the_whole_schema(any_laboratory: Laboratory) -> None:
    new = Binary(any_laboratory.binary.path, "terraform", Version("1.99.0"))
    other = replace(any_laboratory, binary=new)
    providers = other.relayed()
    bench = other.bench("too-new", providers)
    # As with a remote state: its types are not known beforehand. Here they need not be.
    hidden = replace(bench, workspace=replace(bench.workspace, state=None))
    hidden.write({"main.tf": MAIN + 'resource "demo_thing" "gone" { name = "gone" }'})
    assert hidden.run(*INIT).code == 0
    assert hidden.run("apply", "-auto-approve", "-no-color").code == 0
    hidden.write({"main.tf": MAIN})

    assert hidden.run(*PLAN).code == 0

    assert "schemas are served whole and every check is asked" in (
        providers.summary(bench.workspace.address) or ""
    )


def test_an_untested_command_runs_without_the_relay(laboratory: Laboratory) -> None:
    bench = laboratory.bench("untested-command", laboratory.relayed())
    bench.write({"main.tf": MAIN})
    assert replace(bench, providers=laboratory.bench("unused-2").providers).run(*INIT).code == 0

    ran = bench.run("providers", "schema", "-json")

    assert "demo_extra_042" in ran.out
    assert "not made for `" in reason(bench)


@pytest.mark.parametrize(
    ("settings", "environment", "text"),
    [
        (RelaySettings(flag=False), {}, "--no-relay"),
        (RelaySettings(setting=False), {}, "terraform.relay in fleet.yaml is off"),
        (RelaySettings(), {"CELLWRIGHT_RELAY": "off"}, "CELLWRIGHT_RELAY is off"),
    ],
)
def test_switched_off(
    any_laboratory: Laboratory, settings: RelaySettings, environment: dict[str, str], text: str
) -> None:
    def connect() -> None:
        pytest.fail("the relay is not even started")

    providers = RelayProviders(connect, any_laboratory.binary, [], settings, environment)  # type: ignore[arg-type]
    bench = any_laboratory.bench(f"off-{text[:6].strip('-').lower()}", providers)

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


def test_a_failure_of_another_kind_is_not_repeated(any_laboratory: Laboratory) -> None:
    providers = any_laboratory.relayed()
    bench = any_laboratory.bench("other-failure", providers)
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
    any_laboratory: Laboratory, name: str, script: str, text: str
) -> None:
    address = f"{any_laboratory.host}/cellwright/{name}"
    install_program(any_laboratory.mirror, address, f"#!/bin/sh\n{script}\n")
    bench = any_laboratory.bench(f"misbehaves-{name}", any_laboratory.relayed())
    requirement = REQUIREMENT.replace("DEMO_SOURCE", f"cellwright/{name}")
    bench.write({"main.tf": requirement, LOCK_FILE: ""})
    assert bench.run(*INIT).code == 0

    assert "TF_REATTACH_PROVIDERS" not in bench.environment("plan")

    assert text in reason(bench)


@pytest.mark.parametrize("laboratory", binaries.SECOND_QUICK, indirect=True)
def test_after_init_through_the_relay_a_command_may_run_without_it(laboratory: Laboratory) -> None:
    bench = laboratory.bench("init-only", laboratory.relayed())
    bench.write({"main.tf": BASE + ITEM})
    assert bench.run(*INIT).code == 0

    ran = replace(bench, providers=laboratory.bench("unused-3").providers).run(*PLAN)

    assert ran.code == 0, ran.out + ran.err


def test_terraform_runs_without_a_relay_that_cannot_start(any_laboratory: Laboratory, tmp_path: Path) -> None:
    from cellwright.relay.client.relay_client import RelayClient  # noqa: PLC0415 - beside its only use

    occupied = tmp_path / "occupied"
    occupied.write_text("no folder")
    providers = RelayProviders(
        lambda: RelayClient.connect_or_start(tmp_path / "cache", occupied, os.environ),
        any_laboratory.binary,
        [any_laboratory.mirror],
        RelaySettings(),
        os.environ,
    )
    bench = any_laboratory.bench("cannot-start", providers)
    bench.write({"main.tf": MAIN})

    assert bench.run(*INIT).code == 0
    assert bench.run(*PLAN).code == 0
    assert "occupied" in reason(bench)
