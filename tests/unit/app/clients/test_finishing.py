"""A client's settings go by themselves once its units are destroyed, whoever ended the run and whenever."""

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from cellwright.app.clients.finishing import Offboardings, actor_of
from cellwright.app.clients.offboarding import driving
from cellwright.app.clients.offboarding.task import LeavingTask, to_json
from cellwright.app.session.session import FleetSession
from cellwright.ledger.clients.offboardings import Step
from cellwright.ledger.clients.values import NewOffboarding
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import Phase
from cellwright.model.runs.event import CLIENT_OFFBOARDED, CLIENT_OFFBOARDING
from cellwright.model.runs.run import RunKind, RunStatus
from unit.app.clients.test_submit import INITECH, Host, actions, press
from unit.app.clients.test_submit import session as session  # noqa: PLC0414  the fixture
from unit.app.kit import make_run

RUN = "20261122-214812-3f9a"
FACTS = (("person", "p1"),)
GRACE = Actor(
    "Grace <grace@example.com>", "console", (Voucher(VoucherKind.SESSION, "c", checked=True, facts=FACTS),)
)


@pytest.fixture(name="leaving")
def leaving_fixture(session: FleetSession) -> FleetSession:
    """A client whose units are being destroyed."""
    press(session, Host())
    ledger = session.ledger(writing=True)
    recorder = ledger.recorder
    recorder.start_run(make_run(RUN, kind=RunKind.DESTROY))
    begin(ledger)
    recorder.append_event(GRACE, CLIENT_OFFBOARDING, str(INITECH), "contract over", {"run": RUN})
    return session


def begin(ledger: Ledger) -> None:
    """Record an offboarding whose run destroys what the client has."""
    new = NewOffboarding(
        id="one",
        cell=INITECH,
        reason="contract over",
        back_to=ClientState.REQUESTED,
        task=to_json(LeavingTask(actor=GRACE)),
        hold_seconds=0,
        approvals_needed=0,
    )
    ledger.offboardings.begin(new, GRACE)
    phases = (Phase.PLANNING, Phase.HOLDING, Phase.EXPORTING, Phase.DESTROYING)
    for before, after in pairwise(phases):
        assert ledger.offboardings.step("one", Step(before=before, after=after, hold_until=1), GRACE)
    ledger.offboardings.set_runs("one", "", RUN)


def settings(session: FleetSession) -> Path:
    return session.root / "clients/initech/client.yaml"


def end(session: FleetSession, status: RunStatus = RunStatus.SUCCEEDED) -> None:
    session.ledger(writing=True).recorder.finish_run(RUN, status)


def test_the_settings_go_when_the_run_has_ended_well_and_not_before(leaving: FleetSession) -> None:
    offboardings = Offboardings(leaving, lambda: leaving)
    assert offboardings.finish() == ()
    assert settings(leaving).exists()
    end(leaving)
    assert offboardings.finish() == (INITECH,)
    assert not settings(leaving).exists()
    assert offboardings.finish() == ()
    only = EventFilter(actions=(Pattern(CLIENT_OFFBOARDED, "."),))
    gone = leaving.ledger().reader.latest_events(1, str(INITECH), only)[0]
    assert (gone.action, gone.actor, gone.reason) == (CLIENT_OFFBOARDED, GRACE.name, "contract over")
    repository = leaving.repository()
    assert repository is not None
    assert repository.dirty() == ()


def test_a_server_that_was_restarted_finishes_what_ended_meanwhile(leaving: FleetSession) -> None:
    end(leaving)
    assert Offboardings(leaving, lambda: leaving).finish() == (INITECH,)
    assert Offboardings(leaving, lambda: leaving).finish() == (), "and another one finds it done"
    assert actions(leaving).count(CLIENT_OFFBOARDED) == 1


def test_the_settings_stay_while_something_stands(leaving: FleetSession) -> None:
    offboardings = Offboardings(leaving, lambda: leaving)
    end(leaving, RunStatus.FAILED)
    assert offboardings.finish() == ()
    assert settings(leaving).exists()
    leaving.ledger().recorder.reopen_run(RUN, "grace")
    end(leaving)
    assert offboardings.finish() == (INITECH,), "the run was resumed, and has ended well"


def test_a_server_that_was_killed_after_the_record_removes_what_is_left(leaving: FleetSession) -> None:
    end(leaving)
    repository = leaving.repository()
    assert repository is not None
    detail = {"commit": repository.head()}
    leaving.ledger().recorder.append_event(GRACE, CLIENT_OFFBOARDED, str(INITECH), "", detail)
    assert Offboardings(leaving, lambda: leaving).finish() == (INITECH,)
    assert not settings(leaving).exists()
    assert actions(leaving).count(CLIENT_OFFBOARDED) == 1


def test_a_client_that_was_onboarded_again_stays(leaving: FleetSession) -> None:
    end(leaving)
    Offboardings(leaving, lambda: leaving).finish()
    with pytest.raises(DiagnosticError, match="has left this fleet: its files lie in archived/initech"):
        press(leaving, Host())
    press(leaving, Host(), again=True)
    assert Offboardings(leaving, lambda: leaving).finish() == ()
    assert settings(leaving).exists()


def test_nobody_onboards_a_client_that_is_leaving(leaving: FleetSession) -> None:
    with pytest.raises(DiagnosticError, match="client/initech is being offboarded"):
        press(leaving, Host())


def test_a_client_whose_settings_were_taken_back_by_git_stays(leaving: FleetSession) -> None:
    end(leaving)
    Offboardings(leaving, lambda: leaving).finish()
    subprocess.run(["git", "revert", "--no-edit", "HEAD"], cwd=leaving.root, check=True)  # noqa: S607  whichever the machine has
    leaving.forget_cells()
    assert Offboardings(leaving, lambda: leaving).finish() == ()
    assert settings(leaving).exists()


def test_what_can_not_be_removed_now_is_tried_again(
    leaving: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise DiagnosticError(error("the push was rejected"))

    end(leaving)
    offboardings = Offboardings(leaving, lambda: leaving)
    with monkeypatch.context() as patched:
        patched.setattr(driving, "leave", fails)
        with pytest.raises(DiagnosticError, match="rejected"):
            offboardings.finish()
    assert offboardings.finish() == (INITECH,)


def test_the_person_of_an_event_is_read_back_with_what_vouches_for_them(leaving: FleetSession) -> None:
    only = EventFilter(actions=(Pattern(CLIENT_OFFBOARDING, "."),))
    event = leaving.ledger().reader.latest_events(1, str(INITECH), only)[0]
    assert actor_of(event) == GRACE
