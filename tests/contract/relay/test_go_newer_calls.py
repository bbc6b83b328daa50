"""Calls of protocol 6 that only newer releases of Terraform make: the relay forwards them as they are."""

import base64
import json
import os
import sys
from typing import NamedTuple

import pytest

import go_providers
from contract.relay.comparison import INIT
from contract.relay.go.laboratory import bench_with, requirement
from contract.relay.laboratory import Bench, Laboratory
from contract.relay.provider.wire import parse

SCHEMA_CALLS = 2
"""So many of the first calls ask for schemas, which may be reduced."""
ENTRY_KEY = 30
"""A map's entry begins with its key."""
ITEM = '{"value": "found", "tags": null, "made_by": "somebody"}'


class Answer(NamedTuple):
    """What a call was answered."""

    call: str
    status: str
    answers: list[bytes]


@pytest.mark.parametrize("go_laboratory", ["terraform"], indirect=True)
@pytest.mark.parametrize("name", ["framework", "muxed"])
def test_newer_calls_are_answered_as_by_the_provider_itself(go_laboratory: Laboratory, name: str) -> None:
    direct = answers(bench_with(go_laboratory, f"plain-calls-{name}", (name,), relayed=False), name)
    relayed = answers(bench_with(go_laboratory, f"relay-calls-{name}", (name,), relayed=True), name)

    for whole, reduced in zip(direct[:SCHEMA_CALLS], relayed[:SCHEMA_CALLS], strict=True):
        assert_reduced(whole.answers[0], reduced.answers[0])
    assert len(relayed[0].answers[0]) < len(direct[0].answers[0])
    assert relayed[SCHEMA_CALLS:] == direct[SCHEMA_CALLS:]
    assert [(call, status) for call, status, _ in direct if status != "OK"] == [
        ("ACallOfTheFuture", "UNIMPLEMENTED")
    ]
    said = b"\n".join(part for _, _, parts in direct for part in parts)
    for text in ("item a1", "item a2", "looking for a1", "marked a1", "Dubious note", "Nothing to mark"):
        assert text.encode() in said
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


def assert_reduced(whole: bytes, reduced: bytes) -> None:
    """Whether an answer lacks nothing but types that the stack does not use: it uses the item."""
    found, everything = parse(reduced).values, parse(whole).values
    for field, entries in everything.items():
        assert set(found.get(field, [])) <= set(entries), field
        left_out = set(entries) - set(found.get(field, []))
        assert not any(b"_item" in entry[:ENTRY_KEY] for entry in left_out if isinstance(entry, bytes)), field


def answers(bench: Bench, name: str, *, crash_in: str = "") -> list[Answer]:
    """What a provider says to a process in this folder."""
    items = {f"store/default/{item}.json": ITEM for item in ("a1", "a2", "b")}
    bench.write(
        {"main.tf": requirement(name) + f'resource "{name}_item" "one" {{ name = "one" }}\n', **items}
    )
    assert bench.run(*INIT).code == 0
    program = (sys.executable, "-m", "contract.relay.go.caller", name, str(go_providers.program(name)))
    environment = bench.with_environment(PROVIDER_CRASH_IN=crash_in).environment("plan")
    ran = bench.run_program(program, {**environment, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert ran.code == 0, ran.err
    return [
        Answer(entry["call"], entry["status"], [base64.b64decode(part) for part in entry["answers"]])
        for entry in json.loads(ran.out)
    ]
