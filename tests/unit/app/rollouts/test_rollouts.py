"""Rollouts as use cases, over a real ledger and real git; nobody carries out the runs."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cellwright.app.rollouts import asking
from cellwright.app.rollouts.asking import AskRequest
from cellwright.app.rollouts.preparing import RolloutRequest
from cellwright.app.rollouts.start import rollback, simulate
from cellwright.app.rollouts.status import list_rollouts, newest_rollout, show_rollout
from cellwright.app.rollouts.ticking import driving
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.resume import ResumeRequest, resume
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import RunStatus
from cellwright.rollout.state import RolloutStatus
from patience import PATIENCE
from unit.app.kit import ADA, put_under_git
from unit.app.overview.kit import apply
from unit.app.rollouts.kit import (
    ROLLOUTS,
    begin,
    commit,
    end_runs,
    git,
    open_fleet,
    phases,
    settle,
    tick,
)

GRACE = Actor("grace", "test")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    with open_fleet(tmp_path / "fleet") as opened:
        yield opened


def actions(session: FleetSession) -> list[str]:
    return [event.action for event in session.ledger().reader.events() if event.action.startswith("rollout.")]


def test_waves_are_submitted_as_ordinary_runs_at_the_frozen_commit(session: FleetSession) -> None:
    frozen = git(session.root, "rev-parse", "HEAD")
    rollout = begin(session).record.id
    found = settle(session, rollout)
    assert phases(found) == ["running", "waiting", "waiting"]
    commit(session.root)
    run = session.ledger().reader.run(found.state.cells[0].run)
    assert run is not None
    assert (run.commit, [str(part.address) for part in run.units]) == (frozen, ["client/acme/app"])
    found = end_runs(session, rollout)
    # The check has passed, and the rest begins: at the commit of the start, though there is a newer one.
    assert phases(found) == ["succeeded", "running", "running"]
    run = session.ledger().reader.run(found.state.cells[1].run)
    assert run is not None
    assert run.commit == frozen
    assert end_runs(session, rollout).state.status is RolloutStatus.COMPLETED
    assert actions(session) == [
        "rollout.started",
        "rollout.running",
        "rollout.waiting",
        "rollout.waves_ended",
        "rollout.running",
        "rollout.waves_ended",
        "rollout.completed",
    ]


def test_a_simulation_records_nothing(session: FleetSession) -> None:
    found = simulate(session, RolloutRequest(strategy="standard"))
    assert [(stage.name, stage.first, stage.end) for stage in found.plan.stages] == [
        ("canary", 0, 1),
        ("rest", 1, 3),
    ]
    assert (found.worst.failed, set(found.units.values())) == (2, {1})
    assert not list_rollouts(session)
    with pytest.raises(DiagnosticError, match="there was no rollout yet"):
        newest_rollout(session)


@pytest.mark.parametrize(
    ("smoke", "status", "why"),
    [
        ("exit 3", RolloutStatus.HALTED, "check smoke failed: client/acme: ./smoke.sh: exit code 3"),
        (
            "kill -9 $$",
            RolloutStatus.PAUSED,
            "check smoke could not be read: client/acme: ./smoke.sh was killed",
        ),
    ],
)
def test_a_check_stops_it(tmp_path: Path, smoke: str, status: RolloutStatus, why: str) -> None:
    with open_fleet(tmp_path / "fleet", smoke=smoke) as session:
        rollout = begin(session).record.id
        settle(session, rollout)
        found = end_runs(session, rollout)
        assert found.state.status is status
        assert found.state.why.startswith(why)
        assert phases(found) == ["succeeded", "waiting", "waiting"]


def test_a_canary_that_fails_halts_and_is_retried(session: FleetSession) -> None:
    rollout = begin(session).record.id
    settle(session, rollout)
    assert end_runs(session, rollout, RunStatus.FAILED).state.status is RolloutStatus.HALTED
    first = session.ledger().rollouts.find(rollout).state.cells[0].run
    shown = show_rollout(session, rollout)
    assert [(item.why, [str(cell) for cell, _ in item.cells]) for item in shown.failures] == [
        ("its run failed", ["client/acme"])
    ]
    found = asking.retry(session, GRACE, AskRequest(rollout=rollout))
    assert (found.state.cells[0].attempt, phases(settle(session, rollout))) == (
        2,
        ["running", "waiting", "waiting"],
    )
    assert session.ledger().rollouts.find(rollout).state.cells[0].run != first
    assert "rollout.retried" in actions(session)


def test_pause_resume_halt_and_cancel_are_recorded_with_the_person(session: FleetSession) -> None:
    rollout = begin(session).record.id
    settle(session, rollout)
    request = AskRequest(rollout=rollout, reason="lunch")
    assert asking.pause(session, GRACE, request).state.why == "by grace: lunch"
    assert phases(end_runs(session, rollout)) == ["succeeded", "waiting", "waiting"]
    asking.resume(session, GRACE, request)
    found = settle(session, rollout)
    assert phases(found) == ["succeeded", "running", "running"]
    found = asking.cancel(session, GRACE, request)
    assert found.state.status is RolloutStatus.HALTING
    assert session.ledger().cancels.of_run(found.state.cells[1].run) is not None
    assert end_runs(session, rollout, RunStatus.CANCELLED).state.status is RolloutStatus.CANCELLED
    events = {event.action: event for event in session.ledger().reader.events()}
    for action in ("rollout.paused", "rollout.resumed", "rollout.cancel_requested"):
        assert action in events
    assert events["rollout.cancel_requested"].actor == "grace"


def test_to_expedite_needs_a_reason(session: FleetSession) -> None:
    rollout = begin(session).record.id
    with pytest.raises(DiagnosticError, match="for a reason only"):
        asking.expedite(session, ADA, AskRequest(rollout=rollout, reason=" "))
    assert asking.expedite(session, ADA, AskRequest(rollout=rollout, reason="a leak")).state.expedited


def test_a_cell_that_has_left_is_skipped_and_one_that_joined_is_ignored(session: FleetSession) -> None:
    rollout = begin(session).record.id
    settle(session, rollout)
    (session.root / "clients" / "globex.yaml").unlink()
    (session.root / "clients" / "initech.yaml").write_text("ring: late\n")
    commit(session.root)
    found = end_runs(session, rollout)
    assert phases(found) == ["succeeded", "skipped", "running"]
    assert len(found.plan.cells) == 3


def test_another_rollout_over_its_cells_is_refused(session: FleetSession) -> None:
    rollout = begin(session).record.id
    with pytest.raises(DiagnosticError, match=f"being changed by the rollout {rollout}"):
        begin(session, "plain")


def test_what_is_not_committed_can_not_be_frozen(session: FleetSession) -> None:
    (session.root / "defaults.yaml").write_text("stacks: {app: {size: 3}}\n")
    with pytest.raises(DiagnosticError, match=r"not committed: defaults\.yaml"):
        begin(session)


def test_a_fleet_without_git_has_nothing_to_freeze(tmp_path: Path, session: FleetSession) -> None:
    (session.root / ".git").rename(tmp_path / "git")
    with pytest.raises(DiagnosticError, match="the fleet has no commit"):
        begin(session)


@pytest.mark.parametrize(
    ("strategy", "told"),
    [("", "several rollouts; name one: standard, plain"), ("standrad", "did you mean 'standard'")],
)
def test_a_strategy_that_is_not_there(session: FleetSession, strategy: str, told: str) -> None:
    with pytest.raises(DiagnosticError, match=told):
        begin(session, strategy)


def test_a_fleet_without_strategies(tmp_path: Path) -> None:
    with (
        open_fleet(tmp_path / "fleet", settings="") as session,
        pytest.raises(DiagnosticError, match="has no rollouts"),
    ):
        begin(session, "")


def test_a_commit_that_is_gone_pauses(session: FleetSession) -> None:
    rollout = begin(session).record.id
    commit(session.root)
    git(session.root, "checkout", "--quiet", "--orphan", "other")
    git(session.root, "commit", "--quiet", "--message=Anew")
    git(
        session.root,
        "branch",
        "--quiet",
        "-D",
        "master" if "master" in git(session.root, "branch") else "main",
    )
    git(session.root, "reflog", "expire", "--expire=now", "--all")
    git(session.root, "gc", "--quiet", "--prune=now")
    found = settle(session, rollout)
    assert found.state.status is RolloutStatus.PAUSED
    assert "can't be used" in found.state.why
    # What was to begin waits again: nothing is due, and whoever follows it is told.
    assert phases(found) == ["waiting", "waiting", "waiting"]
    assert not session.ledger().rollouts.due()


def test_what_can_not_be_submitted_has_failed(session: FleetSession) -> None:
    rollout = begin(session).record.id
    program = session.root / "bin" / "terraform"
    program.unlink()
    session.toolchains.forget()
    found = settle(session, rollout)
    assert found.state.status is RolloutStatus.HALTED
    assert phases(found)[0] == "failed"
    assert found.state.cells[0].why


def test_a_rollback_needs_something_that_was_applied_before(session: FleetSession) -> None:
    rollout = begin(session).record.id
    with pytest.raises(DiagnosticError, match="halt it first"):
        rollback(session, ADA, rollout)
    settle(session, rollout)
    asking.halt(session, ADA, AskRequest(rollout=rollout))
    end_runs(session, rollout, RunStatus.FAILED)
    with pytest.raises(DiagnosticError, match=r"no cell of the rollout .* was applied before"):
        rollback(session, ADA, rollout)


def test_a_rollout_of_which_nothing_was_touched_is_not_taken_back(session: FleetSession) -> None:
    rollout = begin(session).record.id
    asking.halt(session, ADA, AskRequest(rollout=rollout))
    settle(session, rollout)
    with pytest.raises(DiagnosticError, match="has changed no cell"):
        rollback(session, ADA, rollout)


def test_whoever_started_it_does_not_approve_where_a_second_person_is_demanded(tmp_path: Path) -> None:
    settings = ROLLOUTS.replace("[{check: smoke}]", "[approval]") + "approvals: {four_eyes: true}\n"
    with open_fleet(tmp_path / "fleet", settings) as session:
        rollout = begin(session).record.id
        settle(session, rollout)
        end_runs(session, rollout)
        request = AskRequest(rollout=rollout)
        with pytest.raises(DiagnosticError, match="demands a second person"):
            asking.answer(session, ADA, request)
        assert actions(session)[-1] == "rollout.approval_refused"
        asking.answer(session, GRACE, request)
        assert phases(settle(session, rollout)) == ["succeeded", "running", "running"]


def test_an_approval_that_nobody_asks_for_is_refused(session: FleetSession) -> None:
    rollout = begin(session).record.id
    settle(session, rollout)
    with pytest.raises(DiagnosticError, match="it waits for no approval now"):
        asking.answer(session, GRACE, AskRequest(rollout=rollout))


def test_what_is_not_there(session: FleetSession) -> None:
    for change in asking.ACTIONS.values():
        with pytest.raises(DiagnosticError, match="there is no rollout 'ro-none'"):
            change(session, ADA, AskRequest(rollout="ro-none", reason="x"))
    with pytest.raises(DiagnosticError, match="there is no rollout 'ro-none'"):
        show_rollout(session, "ro-none")


def test_a_run_of_a_rollout_is_not_resumed_beside_it(session: FleetSession) -> None:
    rollout = begin(session).record.id
    run = settle(session, rollout).state.cells[0].run
    with pytest.raises(DiagnosticError, match=f"part of the rollout {rollout}") as active:
        resume(session, ADA, ResumeRequest(run=run), Conversation())
    assert f"cellwright rollout status {rollout}" in str(active.value)
    end_runs(session, rollout, RunStatus.FAILED)
    with pytest.raises(DiagnosticError, match=f"cellwright rollout retry {rollout}"):
        resume(session, ADA, ResumeRequest(run=run), Conversation())
    with pytest.raises(DiagnosticError, match="no run is waiting to be resumed"):
        resume(session, ADA, ResumeRequest(), Conversation())


def test_nothing_to_change_is_told(session: FleetSession) -> None:
    for name in ("acme", "globex", "hooli"):
        (session.root / "clients" / f"{name}.yaml").unlink()
    (session.root / "clients" / "other.yaml").write_text("ring: late\nstacks: {app: {enabled: false}}\n")
    put_under_git(session.root)
    with pytest.raises(DiagnosticError, match="has anything to change"):
        begin(session, "plain")


def test_two_processes_at_once_submit_each_run_once(session: FleetSession) -> None:
    rollout = begin(session).record.id
    with FleetSession(session.location) as other, ThreadPoolExecutor(2) as threads:
        both = [threads.submit(settle, one, rollout) for one in (session, other)]
        # One may have looked while the other was about to submit.
        assert {phases(item.result())[0] for item in both} <= {"starting", "running"}
    assert phases(settle(session, rollout))[0] == "running"
    started = [event for event in session.ledger().reader.events() if event.action == "run.started"]
    assert len(started) == 1


def test_a_process_that_dies_before_it_submits_is_made_up_for(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DiedError(BaseException):
        pass

    def die(*_: object) -> None:
        raise DiedError

    rollout = begin(session).record.id
    with monkeypatch.context() as patch:
        patch.setattr("cellwright.app.rollouts.submitting.submit_cell", die)
        with pytest.raises(DiedError):
            tick(session)
    record = session.ledger().rollouts.find(rollout)
    assert phases(record) == ["starting", "waiting", "waiting"]
    run = record.state.cells[0].run
    assert session.ledger().reader.run(run) is None
    assert settle(session, rollout).state.cells[0].run == run
    assert session.ledger().reader.run(run) is not None


def test_a_server_goes_on_with_it_by_itself(session: FleetSession) -> None:
    rollout = begin(session).record.id
    until = time.monotonic() + PATIENCE
    with driving(session, NoHost()):
        while time.monotonic() < until:
            if phases(session.ledger().rollouts.find(rollout))[0] == "running":
                break
            time.sleep(0.05)
    assert phases(session.ledger().rollouts.find(rollout)) == ["running", "waiting", "waiting"]


def test_cells_that_have_left_are_destroyed_last_and_in_reverse(session: FleetSession) -> None:
    for name in ("old", "older"):
        (session.root / "clients" / f"{name}.yaml").write_text("ring: late\n")
    commit(session.root)
    session.renew()
    apply(session, *(UnitAddress("client", name, "app") for name in ("old", "older")))
    for name in ("old", "older"):
        (session.root / "clients" / f"{name}.yaml").unlink()
    commit(session.root, "stacks: {app: {size: 4}}\n")
    session.renew()
    found = simulate(session, RolloutRequest(strategy="plain", destroy=True)).plan
    assert [(stage.name, stage.parallel) for stage in found.stages] == [("all", 1), ("(removed)", 1)]
    assert [str(item.address) for item in found.cells[3:]] == ["client/older", "client/old"]
    assert len(simulate(session, RolloutRequest(strategy="plain")).plan.cells) == 3
