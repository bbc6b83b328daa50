"""Runs that are submitted: on record and in the queue at once, and carried out later, by anybody."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.app.runs import submit as use_case
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.queued_task import QueuedTask, from_json, to_json
from cellwright.app.runs.resume import ResumeRequest, resume
from cellwright.app.runs.steering.cancel import RunToCancel, cancel
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.plan_options import PlanOptions
from cellwright.model.runs.run import RunKind, RunStatus
from cellwright.planning.state_acceptance import StateAcceptance
from unit.app.kit import ADA, APP, NOBODY, install_program, make_fleet


@dataclass
class Wakes:
    """A host that only remembers."""

    runs: list[str] = field(default_factory=list)

    def wake(self, run_id: str) -> None:
        self.runs.append(run_id)


def session_of(tmp_path: Path) -> FleetSession:
    make_fleet(tmp_path / "fleet", acme="{account: prod}\n")
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    return FleetSession(Location(fleet=tmp_path / "fleet", environment=environment))


def test_a_submitted_run_is_in_the_queue_with_how_it_is_carried_out(tmp_path: Path) -> None:
    host = Wakes()
    with session_of(tmp_path) as session:
        request = ApplyRequest(selection=Selection(thorough=True), reason="because", move_states=True)
        run = use_case.submit_apply(session, ADA, request, host, approved_how="one click")
        reader = session.ledger().reader
        assert host.runs == [run.id]
        assert [part.address for part in run.units] == [APP]
        assert (run.status, run.kind, run.reason) == (RunStatus.RUNNING, RunKind.APPLY, "because")
        assert reader.queued_runs() == (run.id,)
        assert reader.run_holder(run.id) is None
        task = from_json(reader.queued_task(run.id))
    assert task == QueuedTask(actor=ADA, approved_how="one click", thorough=True, move_states=True)


def test_a_run_that_plans_is_queued_and_one_with_nothing_to_do_is_over(tmp_path: Path) -> None:
    host = Wakes()
    with session_of(tmp_path) as session:
        run = use_case.submit_plan(session, ADA, PlanRequest(), host)
        assert (run.kind, host.runs) == (RunKind.PLAN, [run.id])
        nothing = Selection(selectors=("client/acme/extra",))
        over = use_case.submit_apply(session, ADA, ApplyRequest(selection=nothing), host)
        assert (over.status, host.runs) == (RunStatus.SUCCEEDED, [run.id])
        assert not session.ledger().reader.is_queued(over.id)


def test_files_of_one_machine_are_refused(tmp_path: Path) -> None:
    with session_of(tmp_path) as session:
        with pytest.raises(DiagnosticError, match="is on one machine only"):
            use_case.submit_apply(session, ADA, ApplyRequest(plan_file=Path("p")), Wakes())
        with pytest.raises(DiagnosticError, match="keeps no plan file"):
            use_case.submit_plan(session, ADA, PlanRequest(out=Path("p")), Wakes())
        with pytest.raises(DiagnosticError, match="makes its own plans"):
            use_case.submit_apply(session, ADA, ApplyRequest(stored="job-7"), Wakes())
        with pytest.raises(DiagnosticError, match="keeps no plan file"):
            use_case.submit_plan(session, ADA, PlanRequest(store="job-7"), Wakes())


def test_a_run_in_the_queue_is_not_resumed_a_second_time(tmp_path: Path) -> None:
    host = Wakes()
    with session_of(tmp_path) as session:
        run = use_case.submit_apply(session, ADA, ApplyRequest(), host)
        with pytest.raises(DiagnosticError, match="it is in the queue"):
            use_case.submit_resume(session, ADA, run.id, host)
        with pytest.raises(DiagnosticError, match="no run is waiting to be resumed"):
            resume(session, ADA, ResumeRequest(), Conversation())


@pytest.mark.parametrize("named", [True, False])
def test_what_a_run_left_undone_is_queued_again(tmp_path: Path, *, named: bool) -> None:
    """It goes on as it was asked for, also where it is not named but is the last one."""
    host = Wakes()
    options = PlanOptions(targets=("terraform_data.this",))
    with session_of(tmp_path) as session:
        choice = choose_units(session.open(writing=True), Selection(selectors=("client/acme/app",)))
        task = QueuedTask(actor=ADA, thorough=True, options=options)
        run = use_case.submit(session.open(writing=True), RunKind.APPLY, choice, "", task, host)
        ledger = session.ledger()
        ledger.recorder.finish_run(run.id, RunStatus.FAILED)
        assert not ledger.reader.is_queued(run.id)
        request = ResumeRequest(run=run.id if named else None)
        assert use_case.submit_resume(session, ADA, request, host).id == run.id
        assert ledger.reader.is_queued(run.id)
        assert host.runs == [run.id, run.id]
        gone_on = from_json(ledger.reader.queued_task(run.id))
        assert (gone_on.thorough, gone_on.options) == (True, options)


def test_how_a_run_is_carried_out_is_read_back_as_it_was() -> None:
    voucher = Voucher(VoucherKind.SESSION, "ada", checked=True, facts=(("from", "::1"),))
    task = QueuedTask(
        actor=Actor("ada", "console", (voucher,)),
        parallel=3,
        acceptance=StateAcceptance.of([APP], "restored"),
    )
    assert from_json(to_json(task)) == task


def test_a_run_that_nobody_has_begun_is_over_when_it_is_cancelled(tmp_path: Path) -> None:
    with session_of(tmp_path) as session:
        run = use_case.submit_apply(session, ADA, ApplyRequest(), Wakes())
        cancel(session, ADA, RunToCancel(run=run.id, reason="too late"))
        reader = session.ledger().reader
        summary = reader.summary(run.id)
        assert summary is not None
        assert summary.status is RunStatus.CANCELLED
        assert not reader.is_queued(run.id)
