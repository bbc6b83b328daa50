"""What a unit's step records besides its outcome: programs, a moved state, drift; and disks that fail."""

import errno
import os
from dataclasses import replace

import pytest

from cellwright.engine.unit.planned import Planned
from cellwright.model.applied import StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import warning
from cellwright.model.runs.event import UNIT_DRIFTED
from cellwright.model.runs.plan import Action, ResourceChange, counts_to_json
from cellwright.model.runs.progress import DiagnosticSeen
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunUnit
from cellwright.model.unit import Backend
from unit.engine.kit import (
    APP,
    NETWORK,
    NOTHING,
    PART,
    PLAN,
    Bench,
    failing,
    make_run,
    make_unit,
    snapshot,
    whole,
)

GONE = RunUnit(APP, Operation.DESTROY)


def held(bench: Bench) -> bool:
    return bool(bench.ledger.reader.lease_holders())


OPENTOFU = BinaryVersion("tofu", "1.12.6")
TERRAFORM = BinaryVersion("terraform", "1.11.4")


def programs_of(bench: Bench) -> list[tuple[str, object, object]]:
    """The program in each event about the unit, newest last."""
    events = [event for event in bench.ledger.reader.events() if event.subject == str(APP)]
    return [(item.action, item.detail.get("product"), item.detail.get("version")) for item in events]


def recorded(bench: Bench) -> BinaryVersion:
    return bench.ledger.reader.applied([APP])[APP].binary


def test_the_record_says_which_program_applied_and_so_do_the_events(bench: Bench) -> None:
    bench.terraform.binary = OPENTOFU
    whole(bench.step())
    assert recorded(bench) == OPENTOFU
    whole(bench.step(make_run(run_id="20261123-000000-0000")), GONE)
    assert programs_of(bench) == [
        ("unit.applied", "tofu", "1.12.6"),
        ("unit.destroyed", "tofu", "1.12.6"),
    ]


def test_a_program_that_only_confirms_a_unit_is_recorded_too(bench: Bench) -> None:
    whole(bench.step())
    bench.terraform.binary, bench.terraform.summary = OPENTOFU, NOTHING
    run = make_run(run_id="20261123-000000-0000")
    step = bench.step(run)
    step = replace(step, evaluator=replace(step.evaluator, thorough=True))
    result = whole(step)
    assert (result.outcome, result.diagnostics) == (Outcome.UNCHANGED, ())
    assert recorded(bench) == OPENTOFU
    assert programs_of(bench)[-1] == ("unit.confirmed", "tofu", "1.12.6")


def test_an_apply_that_failed_is_recorded_with_its_program(bench: Bench) -> None:
    whole(bench.step())
    bench.terraform.binary = OPENTOFU
    bench.units[APP] = make_unit(inputs={"size": 4})
    bench.terraform.during["apply"] = failing("no such bucket")
    whole(bench.step(make_run(run_id="20261123-000000-0000")))
    assert recorded(bench) == OPENTOFU
    assert programs_of(bench)[-1] == ("unit.failed", "tofu", "1.12.6")


@pytest.mark.parametrize("part", [PART, GONE])
def test_going_back_warns_before_anybody_is_asked_and_in_the_result(bench: Bench, part: RunUnit) -> None:
    bench.terraform.binary = OPENTOFU
    whole(bench.step())
    bench.terraform.binary = TERRAFORM
    bench.units[APP] = make_unit(inputs={"size": 4, "password": "hunter2"})
    step = bench.step(make_run(run_id="20261123-000000-0000"))

    planned = step.plan(part)

    assert isinstance(planned, Planned)
    (seen,) = bench.told.of(DiagnosticSeen)
    assert "OpenTofu 1.12.6 ran here last, Terraform 1.11.4 runs now" in seen.diagnostic.summary
    assert step.apply(planned).diagnostics == (seen.diagnostic,)


def test_going_back_warns_where_it_is_only_planned(bench: Bench) -> None:
    bench.terraform.binary = BinaryVersion("terraform", "1.12.0")
    whole(bench.step())
    bench.terraform.binary = TERRAFORM
    bench.units[APP] = make_unit(inputs={"size": 4})
    run = make_run(run_id="20261123-000000-0000", kind=RunKind.PLAN)
    (warned,) = whole(bench.step(run)).diagnostics
    assert "Terraform 1.12.0 ran here last, Terraform 1.11.4 runs now: it is older" in warned.summary


def test_a_state_that_a_newer_program_wrote_by_hand_warns_before_the_apply(bench: Bench) -> None:
    bench.terraform.wrote = BinaryVersion("terraform", "1.15.9")
    step = bench.step()

    planned = step.plan(PART)

    assert isinstance(planned, Planned)
    (seen,) = bench.told.of(DiagnosticSeen)
    assert "Terraform 1.15.9 wrote the state last, Terraform 1.11.4 runs now" in seen.diagnostic.summary
    assert step.apply(planned).diagnostics == (seen.diagnostic,)


@pytest.mark.parametrize("kind", [RunKind.PLAN, RunKind.APPLY])
def test_what_is_said_of_the_program_and_the_stack_is_in_the_result(bench: Bench, kind: RunKind) -> None:
    note = warning("Terraform 1.13.5 reads this action and never carries it out")
    bench.terraform.notes = (note,)

    assert whole(bench.step(make_run(kind=kind))).diagnostics == (note,)
    assert not bench.told.of(DiagnosticSeen), "init has reported it"


def test_a_state_is_moved_and_recorded_before_its_unit_is_planned(bench: Bench) -> None:
    whole(bench.step(make_run(run_id="20261121-000000-0001")))
    bench.terraform.log.clear()
    bench.units[APP] = make_unit(backend=Backend("http", {"address": "http://h/app", "password": "hidden"}))
    step = bench.step()
    step.evaluator = replace(step.evaluator, move_states=True)
    bench.terraform.found = snapshot(serial=7)
    bench.terraform.during["plan"] = failing("no")

    result = whole(step)

    assert result.outcome is Outcome.FAILED
    assert [verb for verb in bench.terraform.log if verb in ("move state", "plan")] == ["move state", "plan"]
    recorded = bench.ledger.reader.applied([APP])[APP]
    assert recorded.recipe["backend"] == {"kind": "http", "config": {"address": "http://h/app"}}
    assert recorded.head.state == StateMark("lineage", 7)
    [moved] = [event for event in bench.ledger.reader.events() if event.action == "unit.state_moved"]
    assert moved.detail["to"] == "http (address http://h/app)"
    assert any("was moved from local" in item.diagnostic.summary for item in bench.told.of(DiagnosticSeen))
    # Once more: it lies where its settings say.
    bench.terraform.log.clear()
    whole(bench.step(make_run(run_id="20261123-000000-0001")))
    assert "move state" not in bench.terraform.log


def test_a_renamed_unit_is_recorded_in_place_of_the_former_one(bench: Bench) -> None:
    bench.units[NETWORK] = make_unit(NETWORK)
    part = RunUnit(NETWORK, Operation.APPLY)
    whole(bench.step(make_run(part, run_id="20261121-000000-0001")), part)
    bench.units[APP] = replace(bench.units[APP], stack=bench.units.pop(NETWORK).stack)
    bench.terraform.stored = StateMark(f"of {NETWORK}", 1)
    bench.terraform.found = replace(snapshot(), mark=bench.terraform.stored)
    step = bench.step()
    step.evaluator = replace(step.evaluator, holders=lambda _unit: (NETWORK,))

    assert whole(step).outcome is Outcome.APPLIED

    assert set(bench.ledger.reader.heads()) == {APP}
    [event] = [item for item in bench.ledger.reader.events() if item.action == "unit.renamed"]
    assert (event.subject, event.detail["to"]) == (str(NETWORK), str(APP))


@pytest.mark.parametrize("verb", ["settle", "open", "plan", "apply", "state"])
def test_a_failing_disk_fails_one_unit_with_words(bench: Bench, verb: str) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/srv/acme/lock")

    bench.terraform.during[verb] = full
    result = whole(bench.step())
    assert result.outcome is Outcome.FAILED
    assert "/srv/acme/lock: No space left on device" in result.diagnostics[0].summary
    assert "make room" in result.diagnostics[0].detail
    assert not held(bench)
    assert bench.record().outcome is Outcome.FAILED


def test_what_can_not_be_closed_does_not_undo_an_apply(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(type(bench.terraform), "close", refuse)
    assert whole(bench.step()).outcome is Outcome.APPLIED
    assert not held(bench)


@pytest.mark.parametrize("kind", [RunKind.PLAN, RunKind.APPLY])
def test_changes_of_a_unit_that_is_up_to_date_are_recorded_as_drift(bench: Bench, kind: RunKind) -> None:
    whole(bench.step())
    bench.terraform.summary = replace(
        PLAN, resources=(ResourceChange("aws_s3_bucket.this", Action.UPDATE),), outputs=("arn",)
    )
    run = make_run(run_id="20261123-000000-0000", kind=kind)
    step = bench.step(run)
    whole(replace(step, evaluator=replace(step.evaluator, thorough=True)))
    (event,) = [item for item in bench.ledger.reader.events() if item.action == UNIT_DRIFTED]
    assert (event.subject, event.actor, event.detail["run"]) == (str(APP), "ada", run.id)
    assert event.detail["resources"] == ["aws_s3_bucket.this"]
    assert event.detail["outputs"] == ["arn"]
    assert event.detail["counts"] == counts_to_json(PLAN.counts)


def test_changes_of_a_unit_whose_settings_differ_are_no_drift(bench: Bench) -> None:
    whole(bench.step())
    bench.units[APP] = make_unit(inputs={"size": 4})
    whole(bench.step(make_run(run_id="20261123-000000-0000", kind=RunKind.PLAN)))
    assert UNIT_DRIFTED not in bench.actions()


def test_how_many_resources_a_unit_has_is_on_record_while_it_is_known(bench: Bench) -> None:
    whole(bench.step())
    assert bench.ledger.reader.applied([APP])[APP].resources == 1
    bench.terraform.during["apply"] = failing("no such bucket")
    whole(bench.step(make_run(run_id="20261123-000000-0000")), GONE)
    assert bench.ledger.reader.applied([APP])[APP].resources is None, "a destroy may have left parts"
