"""Whichever process dies, Terraform ends with its own error message and no process is left."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import binaries
from cellwright.relay.client.relay_client import RelayClient
from contract.relay.comparison import INIT
from contract.relay.laboratory import Bench, Laboratory, Ran, finish, short_folder
from contract.relay.processes import child_of, eventually, kill, processes_of, providers_of, running
from contract.relay.texts import BASE

pytestmark = pytest.mark.terraform

SLOW = BASE + 'resource "demo_item" "slow" {\n  name = "slow"\n  seconds = 30\n}\n'
QUICK = SLOW.replace("30", "0.1")
CLEAN = "Plugin did not respond"
STAND_IN = """
import os, subprocess, sys
from pathlib import Path
from cellwright.relay.client.relay_client import RelayClient
from cellwright.relay.client.workspace_providers import find_providers
from cellwright.relay.messages import GrantRequest
cache, runtime, module = map(Path, sys.argv[1:4])
relay = RelayClient.connect_or_start(cache, runtime, os.environ)
found = find_providers(module, module / ".terraform.lock.hcl", (), ())
grant = relay.grant(GrantRequest(module.resolve(), "apply", found.requests, None))
terraform = [sys.argv[4], "apply", "-auto-approve", "-input=false"]
environment = {**os.environ, **grant.environment}
subprocess.Popen(terraform, cwd=module, env=environment, start_new_session=True).wait()
"""


@pytest.fixture(name="own")
def own_fixture(laboratory: Laboratory, tmp_path: Path) -> Iterator[Laboratory]:
    """The laboratory with a relay that a test may kill."""
    runtime = short_folder()
    relay = RelayClient.connect_or_start(tmp_path / "cache", runtime, os.environ)
    yield replace(laboratory, relay=relay)
    relay.stop(now=True)
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture(name="bench")
def bench_fixture(own: Laboratory, request: pytest.FixtureRequest) -> Bench:
    bench = own.bench(request.node.name[:60].replace("_", "-"), own.relayed())
    bench.write({"main.tf": SLOW})
    assert bench.run(*INIT).code == 0
    return bench


def start_slow_apply(bench: Bench) -> "subprocess.Popen[str]":
    """Start an apply and wait until its provider is in the middle of a create."""
    process = bench.start("apply", "-auto-approve", "-no-color", "-input=false")
    eventually(lambda: bool(bench.journal_entries("waiting")), "the create has begun")
    return process


def assert_clean_failure(bench: Bench, ran: Ran, text: str = CLEAN) -> None:
    assert ran.code == 1
    assert ran.says(text)
    assert not ran.says("panic")
    eventually(lambda: not processes_of(bench), "no process is left")


@pytest.mark.parametrize("laboratory", binaries.SECOND_QUICK, indirect=True)
def test_the_relay_is_killed(own: Laboratory, bench: Bench) -> None:
    process = start_slow_apply(bench)
    daemon = own.relay.ensure_running()

    kill(daemon)

    assert_clean_failure(bench, finish(process))
    bench.write({"main.tf": QUICK})
    again = bench.run("apply", "-auto-approve", "-no-color", "-input=false")
    assert again.code == 0
    assert own.relay.ensure_running() != daemon


@pytest.mark.parametrize("laboratory", binaries.FIRST_QUICK, indirect=True)
def test_the_spawner_is_killed(own: Laboratory, bench: Bench) -> None:
    process = start_slow_apply(bench)
    daemon = own.relay.ensure_running()

    kill(child_of(daemon))

    assert_clean_failure(bench, finish(process))
    eventually(lambda: not running(daemon), "the relay ends without its spawner")


@pytest.mark.parametrize("laboratory", binaries.SECOND_QUICK, indirect=True)
def test_both_are_killed(own: Laboratory, bench: Bench) -> None:
    process = start_slow_apply(bench)
    daemon = own.relay.ensure_running()
    spawner = child_of(daemon)

    os.kill(spawner, signal.SIGSTOP)  # so that it can't end the providers
    kill(daemon)
    kill(spawner)

    assert_clean_failure(bench, finish(process))


@pytest.mark.parametrize("laboratory", binaries.FIRST_QUICK, indirect=True)
def test_the_provider_is_killed(bench: Bench) -> None:
    """Also what happens when the machine is out of memory: the kernel kills the largest process."""
    process = start_slow_apply(bench)

    for pid in providers_of(bench):
        kill(pid)

    assert_clean_failure(bench, finish(process))


def test_terraform_is_killed(bench: Bench) -> None:
    process = start_slow_apply(bench)
    assert providers_of(bench)

    process.kill()

    finish(process)
    eventually(lambda: not processes_of(bench), "no process is left")


def test_an_interrupt_in_mid_create(bench: Bench) -> None:
    process = start_slow_apply(bench)

    os.killpg(process.pid, signal.SIGINT)

    assert_clean_failure(bench, finish(process), "stopped while waiting")
    assert bench.journal_entries("stop")


@pytest.mark.parametrize("laboratory", binaries.SECOND_QUICK, indirect=True)
def test_the_relay_is_told_to_end(own: Laboratory, bench: Bench) -> None:
    process = start_slow_apply(bench)
    daemon = own.relay.ensure_running()

    os.kill(daemon, signal.SIGTERM)

    assert_clean_failure(bench, finish(process))
    eventually(lambda: not running(daemon), "the relay has ended")


@pytest.mark.parametrize("laboratory", binaries.FIRST_QUICK, indirect=True)
def test_an_orderly_end_waits_for_terraform(own: Laboratory, bench: Bench) -> None:
    bench.write({"main.tf": SLOW.replace("30", "2")})
    process = start_slow_apply(bench)
    daemon = own.relay.ensure_running()

    own.relay.stop()

    assert finish(process).code == 0
    eventually(lambda: not running(daemon), "the relay has ended")


@pytest.mark.parametrize("laboratory", binaries.FIRST_QUICK, indirect=True)
def test_cellwright_is_killed(bench: Bench, tmp_path: Path) -> None:
    """A script in its place starts the relay and Terraform, and dies; the others continue."""
    runtime, program = short_folder(), str(bench.laboratory.binary.path)
    bench.write({"main.tf": SLOW.replace("30", "2")})
    stand_in = subprocess.Popen(
        [sys.executable, "-c", STAND_IN, str(tmp_path / "other"), str(runtime), str(bench.module), program],
        env={**bench.environment("apply"), "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    eventually(lambda: bool(bench.journal_entries("waiting")), "the create has begun")
    relay = RelayClient.connect_or_start(tmp_path / "other", runtime, os.environ)
    daemon = relay.ensure_running()

    os.killpg(stand_in.pid, signal.SIGKILL)
    stand_in.wait()

    assert relay.ensure_running() == daemon
    state = bench.module / "terraform.tfstate"
    eventually(lambda: state.exists() and '"demo_item"' in state.read_text(), "Terraform finishes its apply")
    relay.stop(now=True)
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.mark.parametrize("laboratory", binaries.SECOND_QUICK, indirect=True)
def test_a_provider_that_is_gone_when_it_is_needed(own: Laboratory, bench: Bench) -> None:
    """As when no process can be started: the grant was given, then the program is missing."""
    environment = bench.environment("plan")
    (program,) = (own.mirror / own.address()).glob("*/*/terraform-provider-demo_*")
    hidden = program.rename(program.with_name("elsewhere"))
    try:
        ran = bench.run_program((str(own.binary.path), "plan", "-no-color"), environment)
    finally:
        hidden.rename(program)

    assert_clean_failure(bench, ran)
