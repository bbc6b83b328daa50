"""An offboarding whose command was killed says that it stands still, and goes on when a person says so."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.app.clients.finishing import Offboardings
from cellwright.app.clients.offboard import OffboardRequest
from cellwright.app.clients.offboarding import carrier
from cellwright.app.clients.offboarding.asking import approve_offboarding
from cellwright.app.clients.offboarding.following_offboard import LeavingStage, follow_offboarding
from cellwright.app.clients.offboarding.standing import shown_offboardings
from cellwright.app.clients.submit import submit_offboard
from cellwright.app.history.runs import RunsRequest, runs
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.session.session import OpenFleet
from cellwright.app.status.status import StatusRequest, status
from cellwright.console.services import Services
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.model.actor import Actor
from cellwright.model.runs.run import RunKind
from every_command import answer
from unit.app.clients.offboarding.kit import ACME, Leaving, leaving_fleet
from unit.app.kit import ADA, NOBODY
from unit.console.kit import CSRF, OneVisitor, browser, visitor_with


class Killed(BaseException):
    """A process that dies."""


@pytest.fixture(name="leaving")
def leaving_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leaving:
    return leaving_fleet(tmp_path, monkeypatch)


def killed_in(leaving: Leaving, monkeypatch: pytest.MonkeyPatch, kind: RunKind) -> str:
    """Kill the command in a run of this kind; gives that run."""
    named = []

    def performed(fleet: OpenFleet, actor: object, task: RunTask, talk: object) -> RunReport:
        if task.run.kind is not kind:
            return leaving.perform(fleet, actor, task, talk)
        named.append(task.run.id)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(carrier, "perform", performed)
        with pytest.raises(Killed):
            leaving.leave()
    return named[0]


@pytest.mark.parametrize("kind", [RunKind.PLAN, RunKind.DESTROY])
@pytest.mark.parametrize("alive", [False, None], ids=["on this machine", "on another machine"])
def test_it_says_that_it_stands_still_and_goes_on_when_a_person_says_so(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch, kind: RunKind, *, alive: bool | None
) -> None:
    killed = killed_in(leaving, monkeypatch, kind)
    why = f"the process that carried out run {killed} is gone"
    with leaving.session() as session:
        assert [record.why for record, _ in shown_offboardings(session)] == [""], "it lives"
        monkeypatch.setattr(ProcessIdentity, "is_alive", lambda _self: alive)
        leaving.clock.moment = datetime.now(UTC) + timedelta(minutes=6)
        assert [record.why for record, _ in shown_offboardings(session)] == [why]
        assert status(session, StatusRequest()).stopped == {ACME: why}
        assert runs(session, RunsRequest()).stopped == {killed: "cellwright offboard acme"}
        stage = follow_offboarding(session, ACME).stage
        assert stage is (LeavingStage.STOPPED if kind is RunKind.DESTROY else LeavingStage.PLANNING)
    with leaving.session() as session:
        Offboardings(session, lambda: session).finish()
        (record,) = session.ledger().offboardings.open()
        assert killed in {record.plan_run, record.run}, "a server leaves it to a person"
        submit_offboard(session, ADA, OffboardRequest(name="acme"), NoHost(), "typed")
        (record,) = session.ledger().offboardings.open()
        assert killed != (record.plan_run if kind is RunKind.PLAN else record.run)


def test_what_stands_still_is_told_by_the_commands_and_the_page(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = killed_in(leaving, monkeypatch, RunKind.DESTROY)
    monkeypatch.setattr(ProcessIdentity, "is_alive", lambda _self: False)
    environment = {**NOBODY, "PATH": leaving.path, "CELLWRIGHT_KEY": "a" * 64}
    for command in ("status", "runs"):
        told = " ".join(answer((command,), leaving.root, environment)[1].split())
        assert killed in told, command
        assert "to go on:" in told, command
        assert "cellwright offboard acme" in told, command
    with leaving.session() as session:
        window = browser(Services(session=session, visitors=OneVisitor(visitor_with())))
        page = window.get("/cells/client/acme/offboard").text
        assert f"It stands still: the process that carried out run {killed} is gone." in page
        assert "Resume</button>" in page


def press_go_on(window: TestClient) -> None:
    page = " ".join(window.get("/cells/client/acme/offboard").text.split())
    form = re.search(r'<form method="post" action="([^"]+)"[^>]*>((?:(?!</form>).)*)Go on</button>', page)
    assert form is not None, "the page has no button to go on"
    hidden = re.findall(r'name="([^"]+)" value="([^"]*)"', form[2])
    assert dict(hidden) == {"csrf": CSRF}
    assert window.post(form[1], data=dict(hidden)).status_code == HTTPStatus.SEE_OTHER


def test_go_on_is_pressed_after_the_command_was_killed_while_it_planned(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = killed_in(leaving, monkeypatch, RunKind.PLAN)
    monkeypatch.setattr(ProcessIdentity, "is_alive", lambda _self: False)
    with leaving.session() as session:
        window = browser(Services(session=session, visitors=OneVisitor(visitor_with())))
        press_go_on(window)
        (record,) = session.ledger().offboardings.open()
        assert (record.plan_run != killed, record.why) == (True, "")
        assert "Go on</button>" not in window.get("/cells/client/acme/offboard").text


def test_a_hold_that_is_over_is_told_where_nobody_goes_on_with_it(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d, approvers: 1}")
    leaving.leave()
    with leaving.session() as session:
        leaving.clock.pass_by(days=31)
        assert status(session, StatusRequest()).stopped == {}, "it waits for a person"
        approve_offboarding(session, Actor("grace", "test"), "acme")
        assert status(session, StatusRequest()).stopped == {}, "somebody may be about to go on with it"
        leaving.clock.pass_by(minutes=6)
        why = status(session, StatusRequest()).stopped[ACME]
        assert why == "its hold was over at 2026-12-23 21:48 UTC, and nobody has gone on with it"
        services = Services(session=session, visitors=OneVisitor(visitor_with()))
        window = browser(services)
        page = window.get("/cells/client/acme/offboard").text
        assert why in page
        assert "goes on within seconds" not in page
        press_go_on(window)
        assert status(session, StatusRequest()).stopped == {}
