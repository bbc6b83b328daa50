"""Four eyes: whoever started a run does not approve its plans, however they are known."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.runs.steering.approve import ApproveRequest, approve
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.steering.four_eyes import asking_others, same_person
from cellwright.app.session.session import FleetSession
from cellwright.engine.approval import LeftToOthers, Preapproved
from cellwright.engine.unit.planned import to_json
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, RunKind, RunUnit
from unit.app.kit import make_fleet
from unit.app.kit import open_session as open_fleet
from unit.engine.kit import APP, RUN, make_planned, make_run

ADA = Actor("Ada <ada@example.com>", "git", (Voucher(VoucherKind.SYSTEM_USER, "ada@laptop", checked=True),))


def signed_in(name: str, person: str, *facts: tuple[str, str]) -> Actor:
    voucher = Voucher(VoucherKind.SESSION, "x", checked=True, facts=(("person", person), *facts))
    return Actor(name, "console", (voucher,))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    (tmp_path / "fleet.yaml").write_text("fleet: small\napprovals: {four_eyes: true}\n")
    make_fleet(tmp_path, acme="{}")
    with (tmp_path / "fleet.yaml").open("a") as file:
        file.write("approvals: {four_eyes: true}\n")
    with open_fleet(tmp_path) as opened:
        yield opened


def begin(session: FleetSession, starter: Actor) -> Ledger:
    ledger = session.ledger(writing=True)
    run = replace(make_run(RunUnit(APP, Operation.APPLY)), actor=starter.name)
    ledger.recorder.start_run(run, (), starter)
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    ledger.approvals.ask(RUN, APP, to_json(make_planned(APP)), "a1", None)
    return ledger


@pytest.mark.parametrize(
    ("starter", "approver"),
    [
        (ADA, ADA),
        (ADA, Actor("ADA  <ada@EXAMPLE.com>", "environment")),
        (ADA, Actor("Lady Lovelace <ada@example.com>", "git")),
        (ADA, replace(ADA, name="Somebody Else", named_by="environment")),
        (ADA, signed_in("Ada Lovelace <ada@example.com>", "p_1")),
        (signed_in("Ada", "p_1"), signed_in("Ada (renamed)", "p_1")),
        (signed_in("Ada", "p_1"), replace(signed_in("Grace", "p_1"), named_by="act-for")),
    ],
)
def test_whoever_started_a_run_does_not_approve_it(
    session: FleetSession, starter: Actor, approver: Actor
) -> None:
    ledger = begin(session, starter)
    with pytest.raises(DiagnosticError, match="demands a second person"):
        approve(session, approver, ApproveRequest(run=RUN))
    (event,) = ledger.reader.latest_events(1)
    assert (event.action, event.actor) == ("run.approval_refused", approver.name)
    assert approve(session, approver, ApproveRequest(run=RUN, approved=False)).answered == (APP,)


@pytest.mark.parametrize(
    "approver",
    [
        Actor("grace", "environment", (Voucher(VoucherKind.SYSTEM_USER, "grace@laptop", checked=True),)),
        signed_in("Grace <grace@example.com>", "p_2"),
        # What an environment says of its job proves nothing, so it makes nobody the same either.
        Actor("grace", "environment", (Voucher(VoucherKind.CI_JOB, "ada@laptop", checked=False),)),
    ],
)
def test_somebody_else_approves(session: FleetSession, approver: Actor) -> None:
    begin(session, ADA)
    assert approve(session, approver, ApproveRequest(run=RUN)).answered == (APP,)


def test_whoever_has_broken_the_glass_may(session: FleetSession) -> None:
    begin(session, signed_in("Ada", "p_1"))
    bold = signed_in("Ada", "p_1", ("break_glass", "production is down"))
    assert approve(session, bold, ApproveRequest(run=RUN)).answered == (APP,)
    (event,) = session.ledger().reader.latest_events(1)
    assert "production is down" in str(event.detail["identity"])


def test_a_claim_breaks_no_glass(session: FleetSession) -> None:
    begin(session, ADA)
    claimed = Voucher(VoucherKind.CI_JOB, "job", checked=False, facts=(("break_glass", "x"),))
    with pytest.raises(DiagnosticError, match="demands a second person"):
        approve(session, replace(ADA, vouchers=(claimed,)), ApproveRequest(run=RUN))


def test_refusals_of_one_run_are_recorded_so_often_and_no_more(session: FleetSession) -> None:
    ledger = begin(session, ADA)
    for _ in range(25):
        with pytest.raises(DiagnosticError):
            approve(session, ADA, ApproveRequest(run=RUN))
    refused = [event for event in ledger.reader.events() if event.action == "run.approval_refused"]
    assert len(refused) == 20


@pytest.mark.parametrize(
    "text", ["approvals: {four_eyes: maybe}\n", "approvals: 3\n", "approvals: {eyes: 4}\n"]
)
def test_with_a_fault_in_the_setting_nobody_approves(session: FleetSession, text: str) -> None:
    begin(session, ADA)
    whole = (session.root / "fleet.yaml").read_text()
    (session.root / "fleet.yaml").write_text(whole.replace("approvals: {four_eyes: true}\n", text))
    session.renew()
    with pytest.raises(DiagnosticError, match=r"fleet\.yaml"):
        approve(session, Actor("grace"), ApproveRequest(run=RUN))


def test_runs_leave_their_plans_to_others(session: FleetSession) -> None:
    told: list[str] = []
    session.notice = told.append
    fleet = session.open(writing=True)
    run = make_run(RunUnit(APP, Operation.APPLY))
    talk = asking_others(fleet, run, Conversation(approver=Preapproved()))
    assert isinstance(talk.approver, LeftToOthers)
    assert not talk.preapproved
    assert "demands a second person" in told[0]
    assert asking_others(fleet, run, talk) == talk
    assert len(told) == 1
    plan = replace(run, kind=RunKind.PLAN)
    assert asking_others(fleet, plan, Conversation()).preapproved


def test_without_the_setting_nothing_changes(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}")
    with open_fleet(tmp_path) as session:
        begin(session, ADA)
        assert approve(session, ADA, ApproveRequest(run=RUN)).answered == (APP,)
        run = make_run(RunUnit(APP, Operation.APPLY))
        assert asking_others(session.open(), run, Conversation()).preapproved


@pytest.mark.parametrize(
    "identity", [{}, {"vouched_by": 3}, {"vouched_by": [3, {"proof": "checked", "facts": 3}]}]
)
def test_an_identity_that_is_none_makes_nobody_the_same(identity: dict[str, object]) -> None:
    assert same_person("ada", identity, "grace", identity) is None
    assert same_person("ada", identity, "Ada", identity) == "name ada"


def test_a_claimed_account_makes_nobody_the_same() -> None:
    claimed = {"vouched_by": [{"kind": "system-user", "name": "ada@laptop", "proof": "claimed"}]}
    checked = {"vouched_by": [{"kind": "system-user", "name": "ada@laptop", "proof": "checked"}]}
    assert same_person("ada", claimed, "grace", checked) is None
    assert same_person("ada", checked, "grace", checked) == "account ada@laptop"


def test_whoever_resumed_a_run_does_not_approve_it_either(session: FleetSession) -> None:
    """It goes on with the settings of that moment, which they may have changed."""
    ledger = begin(session, ADA)
    ledger.recorder.reopen_run(RUN, signed_in("Grace", "p_2"))
    with pytest.raises(DiagnosticError, match="started or resumed by you"):
        approve(session, signed_in("Grace, renamed", "p_2"), ApproveRequest(run=RUN))
    assert approve(session, signed_in("Joan", "p_3"), ApproveRequest(run=RUN)).answered == (APP,)


def built(name: str, person: str, issuer: str = "https://ci.example.com", *, checked: bool = True) -> Actor:
    """A build on the agents' account, in the name of somebody."""
    facts = (("issuer", issuer), ("run", "7"), *([("started_by", person)] if person else []))
    vouchers = (
        Voucher(VoucherKind.SYSTEM_USER, "jenkins@agent", checked=True),
        Voucher(VoucherKind.CI_JOB, "Jenkins", checked=checked, facts=facts),
    )
    return Actor(name, "environment", vouchers)


def test_two_builds_of_two_people_are_two_people_where_their_tokens_say_so() -> None:
    ada, grace = built("ada", "ada"), built("grace", "grace")
    assert same_person(ada.name, ada.identity(), grace.name, grace.identity()) is None


@pytest.mark.parametrize(
    "other",
    [
        built("grace", "ada"),
        built("grace", "ADA"),
        built("ada", "grace"),
        built("grace", ""),
        built("grace", "grace", checked=False),
        Actor("grace", "environment", (Voucher(VoucherKind.SYSTEM_USER, "jenkins@agent", checked=True),)),
    ],
)
def test_a_build_that_does_not_show_another_person_is_the_same_one(other: Actor) -> None:
    ada = built("ada", "ada")
    for mine, theirs in ((ada, other), (other, ada)):
        assert same_person(mine.name, mine.identity(), theirs.name, theirs.identity()) is not None


def test_one_token_for_many_is_nobody_s_own_where_builds_show_who_they_are() -> None:
    token = Voucher(VoucherKind.TOKEN, "ci", checked=True, facts=(("person", "p_ci"),))
    ada, grace = (
        replace(built(name, name), named_by="act-for", vouchers=(token, *built(name, name).vouchers[1:]))
        for name in ("ada", "grace")
    )
    assert same_person(ada.name, ada.identity(), grace.name, grace.identity()) is None
    own = replace(grace, named_by="token")
    assert same_person(own.name, own.identity(), own.name, own.identity()) is not None
