from dataclasses import replace

import pytest

from cellwright.engine.adapter.values import RealValues
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.ledger.audit import EventDraft
from cellwright.model.applied import AppliedHead, AppliedUnit, RecordedOutput
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from cellwright.model.value import OutputReference, Template, Value
from cellwright.planning.binding import output_scope
from cellwright.terraform.output.states.state_reader import StateSnapshot
from unit.engine.kit import DIGESTER, FACTS, NETWORK, TREE, Bench, make_run, make_unit, snapshot

PART = RunUnit(make_unit().address, Operation.APPLY)
SECRET = OutputReference(NETWORK, "secret")
PLAIN = OutputReference(NETWORK, "vpc")


class States:
    """States by reading; counts how often."""

    def __init__(self, found: StateSnapshot | None) -> None:
        self.found = found
        self.reads = 0

    def __call__(self, _applied: AppliedUnit) -> StateSnapshot | None:
        self.reads += 1
        return self.found


def network(bench: Bench, *, null: bool = False) -> None:
    """Record the network as applied."""
    part = RunUnit(NETWORK, Operation.APPLY)
    bench.ledger.recorder.start_run(make_run(part, run_id="20261121-000000-0000"))
    applied = AppliedUnit(
        head=AppliedHead(address=NETWORK, fingerprint="f"),
        source_digest="s",
        source_label="l",
        backend_digest="b",
        inputs={},
        outputs={
            "secret": RecordedOutput(
                DIGESTER.keyed(None if null else "s3cret", *output_scope(NETWORK, "secret")), sensitive=True
            ),
            "vpc": RecordedOutput(DIGESTER.plain("vpc-1"), sensitive=False, value="vpc-1"),
        },
        recipe={"backend": {"kind": "local", "config": {}}},
    )
    bench.ledger.recorder.record_applied(
        applied, UnitResult(NETWORK, Outcome.APPLIED), "20261121-000000-0000", EventDraft("ada", "x", "y")
    )


def work(bench: Bench, **inputs: Value) -> UnitTask:
    bench.units[PART.address] = make_unit(inputs=inputs)
    marked = replace(FACTS, sensitive=frozenset({"b", "c"}))
    found = replace(bench.evaluator(), stacks=lambda _pin: (TREE, marked)).evaluate(PART)
    assert isinstance(found, UnitTask)
    return found


def test_plain_outputs_come_from_the_ledger_and_sensitive_ones_from_the_state(bench: Bench) -> None:
    network(bench)
    states = States(snapshot(secret="s3cret", vpc="vpc-2"))
    values = RealValues(bench.ledger, DIGESTER, states)
    found = values.of(work(bench, a=PLAIN, b=SECRET, c=Template(("p-", SECRET))))
    assert found == {"a": "vpc-1", "b": "s3cret", "c": "p-s3cret"}
    assert states.reads == 1, "one state is read once"


def test_no_state_is_read_for_plain_outputs(bench: Bench) -> None:
    network(bench)
    states = States(None)
    assert RealValues(bench.ledger, DIGESTER, states).of(work(bench, a=PLAIN)) == {"a": "vpc-1"}
    assert states.reads == 0


@pytest.mark.parametrize("state", [None, snapshot(other="x"), snapshot(secret="another")])
def test_a_secret_that_is_not_what_was_recorded_is_refused(bench: Bench, state: StateSnapshot | None) -> None:
    network(bench)
    with pytest.raises(DiagnosticError) as caught:
        RealValues(bench.ledger, DIGESTER, States(state)).of(work(bench, b=SECRET))
    (found,) = caught.value.diagnostics
    assert "no longer what was recorded" in found.summary
    assert found.detail == f"apply {NETWORK} again"
    assert "another" not in str(found)


@pytest.mark.parametrize("state", [None, snapshot(vpc="vpc-1")])
def test_a_secret_that_is_null_is_in_no_state(bench: Bench, state: StateSnapshot | None) -> None:
    network(bench, null=True)
    assert RealValues(bench.ledger, DIGESTER, States(state)).of(work(bench, b=SECRET)) == {"b": None}


def test_secrets_to_mask_are_what_a_unit_takes_and_can_be_had(bench: Bench) -> None:
    network(bench)
    unit = make_unit(inputs={"a": PLAIN, "b": SECRET})
    values = RealValues(bench.ledger, DIGESTER, States(snapshot(secret="of today")))
    assert values.secrets_of(unit) == {str(SECRET): "of today"}


def test_a_state_that_can_not_be_read_masks_nothing_and_stops_nothing(bench: Bench) -> None:
    network(bench)

    def unreachable(_applied: AppliedUnit) -> StateSnapshot | None:
        raise DiagnosticError(error("connection refused"))

    unit = make_unit(inputs={"b": SECRET})
    assert RealValues(bench.ledger, DIGESTER, unreachable).secrets_of(unit) == {}
    assert RealValues(bench.ledger, DIGESTER, unreachable).secrets_of(replace(unit, inputs={})) == {}


def test_a_secret_is_not_given_to_a_variable_that_is_not_marked(bench: Bench) -> None:
    """The contract may say nothing of it, where only the state says that the output is one."""
    network(bench)
    with pytest.raises(DiagnosticError, match=r"input 'd' of client/acme/app takes .* recorded as sensitive"):
        work(bench, d=[Template(("p-", SECRET))])
