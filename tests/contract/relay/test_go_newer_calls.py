"""Calls of protocol 6 that only newer releases of Terraform make: the relay forwards them as they are."""

import base64
import json
import os
import sys

import pytest

import go_providers
from contract.relay.comparison import INIT
from contract.relay.go.laboratory import bench_with, requirement
from contract.relay.laboratory import Bench, Laboratory

ITEM = '{"value": "found", "tags": null, "made_by": "somebody"}'


@pytest.mark.parametrize("go_laboratory", ["terraform"], indirect=True)
@pytest.mark.parametrize("name", ["framework", "muxed"])
def test_newer_calls_are_answered_as_by_the_provider_itself(go_laboratory: Laboratory, name: str) -> None:
    direct = answers(bench_with(go_laboratory, f"plain-calls-{name}", (name,), relayed=False), name)
    relayed = answers(bench_with(go_laboratory, f"relay-calls-{name}", (name,), relayed=True), name)

    assert relayed == direct
    assert [(call, status) for call, status, _ in direct if status != "OK"] == [
        ("ACallOfTheFuture", "UNIMPLEMENTED")
    ]
    said = b"\n".join(part for _, _, parts in direct for part in parts)
    for text in (
        b"item a1",
        b"item a2",
        b"looking for a1",
        b"marked a1",
        b"Dubious note",
        b"Nothing to mark",
    ):
        assert text in said
    (deferred,) = [parts for call, _, parts in direct if call == "PlanResourceChange"]
    # The field `deferred`, and in it the reason: something is not there yet.
    assert b"\x32\x02\x08\x03" in deferred[0]


@pytest.mark.parametrize("go_laboratory", ["terraform"], indirect=True)
@pytest.mark.parametrize("call", ["ListResource", "InvokeAction"])
def test_a_crash_in_the_middle_of_a_stream(go_laboratory: Laboratory, call: str) -> None:
    plain = bench_with(go_laboratory, f"plain-{call}", ("framework",), relayed=False)
    relayed = bench_with(go_laboratory, f"relay-{call}", ("framework",), relayed=True)

    direct, through = (
        [(name, status) for name, status, _ in answers(bench, "framework", crash_in=call)]
        for bench in (plain, relayed)
    )

    assert through == direct
    assert (call, "UNAVAILABLE") in through


def answers(bench: Bench, name: str, *, crash_in: str = "") -> list[tuple[str, str, list[bytes]]]:
    items = {f"store/default/{item}.json": ITEM for item in ("a1", "a2", "b")}
    bench.write({"main.tf": requirement(name), **items})
    assert bench.run(*INIT).code == 0
    program = (sys.executable, "-m", "contract.relay.go.caller", name, str(go_providers.program(name)))
    environment = bench.with_environment(PROVIDER_CRASH_IN=crash_in).environment("plan")
    ran = bench.run_program(program, {**environment, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert ran.code == 0, ran.err
    return [
        (entry["call"], entry["status"], [base64.b64decode(part) for part in entry["answers"]])
        for entry in json.loads(ran.out)
    ]
