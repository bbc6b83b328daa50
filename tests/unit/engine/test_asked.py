"""How a run is asked for, from the command line to whoever carries it out."""

import pytest

from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.queued_task import QueuedTask, from_json, to_json
from cellwright.console.rest.runs import RunBody
from cellwright.engine.asked import ORDINARY, Asked, asked_from, asked_of, is_dirty
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.plan import PlanSummary, ResourceCounts, summary_from_json, summary_to_json
from cellwright.model.runs.plan_options import PlanOptions, options_from_json, options_to_json
from cellwright.planning.partial_apply import is_for_a_part, parts_to_record, with_options
from cellwright.remote.changing import selected
from unit.app.kit import ADA
from unit.engine.kit import RUN, Bench, make_run

PART = PlanOptions(replace=("a.b",), targets=("module.c", 'a.d["x"]'))
REST = PlanOptions(replace=("a.b",), excludes=("module.c", 'a.d["x"]'))
STATE = PlanOptions(refresh_only=True)


@pytest.mark.parametrize("options", [PlanOptions(), PART, REST, STATE])
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
    rest = RunBody.model_validate({"kind": "plan", **selected(Selection(("client/acme",), options=REST))})
    assert (tuple(rest.excludes), rest.targets) == (REST.excludes, [])
    alone = RunBody.model_validate({"kind": "plan", **selected(Selection(options=STATE))})
    assert alone.refresh_only


def test_what_is_usual_leaves_no_trace() -> None:
    assert ORDINARY.to_json() == {} == options_to_json(PlanOptions())
    assert with_options("f", PlanOptions()) == "f"


def test_plans_that_are_made_otherwise_are_others() -> None:
    assert len({with_options("f", item) for item in (PlanOptions(), PART, REST, STATE)}) == 4


@pytest.mark.parametrize("address", ["", "-destroy", "a.b\nc"])
@pytest.mark.parametrize("name", ["replace", "targets", "excludes"])
def test_what_is_no_address_is_refused(name: str, address: str) -> None:
    with pytest.raises(DiagnosticError, match="no address"):
        options_from_json({name: [address]})


def test_the_state_alone_has_no_parts() -> None:
    with pytest.raises(DiagnosticError, match="leave out either"):
        PlanOptions(refresh_only=True, replace=("a.b",))
    with pytest.raises(DiagnosticError, match="leave out either"):
        PlanOptions(refresh_only=True, excludes=("a.b",))


def test_a_plan_is_of_some_resources_or_leaves_some_out() -> None:
    with pytest.raises(DiagnosticError, match="leave out either --target or --exclude"):
        PlanOptions(targets=("a.b",), excludes=("a.c",))


def test_a_part_is_told_as_one() -> None:
    part = "made with --exclude a.b, for a part of the unit only"
    left = PlanOptions(excludes=("a.b",))
    assert left.told(applyable=True) == f"{part}: it does not count as up to date afterwards"
    assert left.told(applyable=False) == part
    assert PlanOptions(replace=("a.b",)).told(applyable=True) == "made with --replace a.b"


@pytest.mark.parametrize(
    ("options", "partly"),
    [(PlanOptions(), False), (PlanOptions(replace=("a.b",)), False), (PART, True), (REST, True)],
)
def test_a_recipe_tells_of_a_part(options: PlanOptions, *, partly: bool) -> None:
    assert is_for_a_part(parts_to_record(options)) is partly
