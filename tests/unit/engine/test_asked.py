"""How a run is asked for, from the command line to whoever carries it out."""

import pytest

from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.queued_task import QueuedTask, from_json, to_json
from cellwright.console.rest.runs import RunBody
from cellwright.engine.asked import ORDINARY, Asked, asked_from, asked_of, is_dirty
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.plan import PlanSummary, ResourceCounts, summary_from_json, summary_to_json
from cellwright.model.runs.plan_options import PlanOptions, options_to_json
from cellwright.planning.partial_apply import with_options
from cellwright.remote.changing import selected
from unit.app.kit import ADA
from unit.engine.kit import RUN, Bench, make_run

PART = PlanOptions(replace=("a.b",), targets=("module.c", 'a.d["x"]'))
STATE = PlanOptions(refresh_only=True)


@pytest.mark.parametrize("options", [PlanOptions(), PART, STATE])
def test_every_hand_gets_what_was_asked_for(options: PlanOptions, bench: Bench) -> None:
    asked = Asked(thorough=True, options=options, dirty=True, settings="d1")
    bench.ledger.recorder.start_run(make_run(), asked=asked.to_json())

    assert asked_of(bench.ledger.reader, RUN) == asked_from(asked.to_json()) == asked
    assert is_dirty(bench.ledger.reader, RUN)
    assert from_json(to_json(QueuedTask(actor=ADA, options=options))).options == options
    summary = PlanSummary(ResourceCounts(imports=1), (), (), applyable=True, options=options)
    assert summary_from_json(summary_to_json(summary)) == summary


def test_what_the_command_line_sends_is_what_the_server_takes() -> None:
    sent = {"kind": "apply", **selected(Selection(("client/acme",), options=PART))}
    body = RunBody.model_validate(sent)
    assert (tuple(body.replace), tuple(body.targets)) == (PART.replace, PART.targets)
    assert not body.refresh_only
    alone = RunBody.model_validate({"kind": "plan", **selected(Selection(options=STATE))})
    assert alone.refresh_only


def test_what_is_usual_leaves_no_trace() -> None:
    assert ORDINARY.to_json() == {} == options_to_json(PlanOptions())
    assert with_options("f", PlanOptions()) == "f"


def test_plans_that_are_made_otherwise_are_others() -> None:
    assert len({with_options("f", item) for item in (PlanOptions(), PART, STATE)}) == 3


@pytest.mark.parametrize("address", ["", "-destroy", "a.b\nc"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(DiagnosticError, match="no address"):
        PlanOptions(targets=(address,))


def test_the_state_alone_has_no_parts() -> None:
    with pytest.raises(DiagnosticError, match="leave out either"):
        PlanOptions(refresh_only=True, replace=("a.b",))
