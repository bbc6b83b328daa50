"""An offboarding goes through its phases, waits where it has to, and outlives whoever leads it on."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.clients.finishing import Offboardings
from cellwright.app.clients.offboarding import driving, verifying
from cellwright.app.clients.offboarding.asking import (
    approve_offboarding,
    cancel_offboarding,
    lay_legal_hold,
    lift_legal_hold,
)
from cellwright.app.clients.offboarding.standing import client_life, go_on_with_due
from cellwright.app.clients.offboarding.verifying import look_for_remains
from cellwright.app.clients.onboarding.onboard import OnboardRequest, onboard
from cellwright.app.runs.apply import ApplyRequest, apply
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.ledger.clients.offboardings import Offboardings as Records
from cellwright.ledger.clients.values import DoomedResource, Finding, Offboarding
from cellwright.model.actor import Actor
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.run import RunKind
from unit.app.clients.offboarding.kit import ACME, APP, Leaving, leaving_fleet, stands
from unit.app.kit import ADA
from unit.git.origins import git

GRACE = Actor("grace", "test")
EXPORT = "{hold: 0d, export: {command: [./export.sh]}}"


@pytest.fixture(name="leaving")
def leaving_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leaving:
    return leaving_fleet(tmp_path, monkeypatch)


def exports(leaving: Leaving, script: str) -> None:
    file = leaving.root / "export.sh"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    leaving.settings(EXPORT)


def is_clean(leaving: Leaving) -> bool:
    return git("status", "--porcelain", cwd=leaving.root) == ""


def test_without_a_hold_it_goes_to_its_end_at_once(leaving: Leaving) -> None:
    done = leaving.leave(reason="contract over")
    assert done.record.phase is Phase.DONE
    assert leaving.kinds == [RunKind.PLAN, RunKind.DESTROY], "plans and policies first"
    assert not (leaving.root / "clients/acme.yaml").exists()
    assert (leaving.root / "archived/acme/acme.yaml").read_text() == "{}"
    assert is_clean(leaving)
    with leaving.session() as session:
        assert client_life(session, "acme").state is ClientState.ARCHIVED
        (unit,) = session.ledger().remains.units(done.record.id)
        assert unit.state_after == "gone"


def test_a_hold_lets_nothing_be_destroyed_before_its_end_whoever_looks(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    begun = leaving.leave()
    assert (begun.record.phase, begun.waits) == (Phase.HOLDING, Waits.HOLD)
    leaving.clock.pass_by(days=29, hours=23)
    assert leaving.leave().record.phase is Phase.HOLDING
    with leaving.session() as session:
        assert Offboardings(session, lambda: session).finish() == ()
        (still,) = go_on_with_due(session, ADA, Conversation())
        assert still.waits is Waits.HOLD
    assert leaving.kinds == [RunKind.PLAN]
    leaving.clock.pass_by(hours=1)
    with leaving.session() as session:
        (done,) = go_on_with_due(session, ADA, Conversation())
    assert done.record.phase is Phase.DONE


def test_a_clock_that_is_set_back_makes_a_hold_longer_and_never_begins_it_anew(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    until = leaving.leave().record.hold_until
    leaving.clock.pass_by(days=-365)
    again = leaving.leave()
    assert (again.record.hold_until, again.waits) == (until, Waits.HOLD)


def test_a_cancelled_client_is_what_it_was_and_can_leave_again(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    leaving.leave()
    with leaving.session() as session:
        assert client_life(session, "acme").state is ClientState.OFFBOARDING
        cancel_offboarding(session, GRACE, "acme", "they pay")
        assert client_life(session, "acme").state is ClientState.ACTIVE
        with pytest.raises(DiagnosticError, match="is not being offboarded"):
            cancel_offboarding(session, GRACE, "acme")
    assert (leaving.root / "clients/acme.yaml").exists()
    assert leaving.leave().record.phase is Phase.HOLDING


def test_plans_that_fail_or_are_denied_begin_nothing(leaving: Leaving) -> None:
    leaving.fails.add(RunKind.PLAN)
    refused = leaving.leave()
    assert refused.record.phase is Phase.REFUSED
    assert "can't be planned" in refused.record.why
    with leaving.session() as session:
        assert client_life(session, "acme").state is ClientState.ACTIVE
    leaving.fails.clear()
    assert leaving.leave().record.phase is Phase.DONE


def test_a_destruction_that_failed_is_tried_again_by_people_only(leaving: Leaving) -> None:
    leaving.fails.add(RunKind.DESTROY)
    assert leaving.leave().record.phase is Phase.DESTROYING
    with leaving.session() as session:
        assert Offboardings(session, lambda: session).finish() == ()
    assert leaving.kinds.count(RunKind.DESTROY) == 1
    leaving.fails.clear()
    assert leaving.leave().record.phase is Phase.DONE


def test_others_have_to_agree_where_the_fleet_says_so(leaving: Leaving) -> None:
    leaving.settings("{hold: 0d, approvers: 1}")
    begun = leaving.leave()
    assert (begun.record.phase, begun.waits) == (Phase.HOLDING, Waits.APPROVAL)
    with leaving.session() as session:
        with pytest.raises(DiagnosticError, match="you have asked for it"):
            approve_offboarding(session, ADA, "acme")
        approve_offboarding(session, GRACE, "acme", "seen")
    assert "offboarding.approval_refused" in leaving.actions()
    assert leaving.leave().record.phase is Phase.DONE


def test_whoever_agreed_and_goes_on_is_still_one_of_two(leaving: Leaving) -> None:
    leaving.settings("{hold: 0d, approvers: 2}")
    leaving.leave()
    with leaving.session() as session:
        approve_offboarding(session, GRACE, "acme")
    assert leaving.leave(actor=GRACE).waits is Waits.APPROVAL
    with leaving.session() as session, pytest.raises(DiagnosticError, match="you have"):
        approve_offboarding(session, GRACE, "acme")


def test_a_legal_hold_keeps_everything_however_it_is_asked_for(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    leaving.leave()
    with leaving.session() as session:
        lay_legal_hold(session, GRACE, "acme", "lawsuit 12")
    leaving.clock.pass_by(days=31)
    assert leaving.leave().waits is Waits.LEGAL_HOLD
    with leaving.session() as session:
        assert Offboardings(session, lambda: session).finish() == ()
        cancel_offboarding(session, GRACE, "acme")
    with pytest.raises(DiagnosticError, match="is under a legal hold, laid by grace"):
        leaving.leave()
    (leaving.root / "clients/acme.yaml").unlink()
    git("commit", "--all", "--quiet", "--message=Gone", cwd=leaving.root)
    with leaving.session() as session:
        gone = ApplyRequest(selection=Selection(destroy=True))
        with pytest.raises(DiagnosticError, match="lawsuit 12"):
            apply(session, ADA, gone, Conversation())
        with pytest.raises(DiagnosticError, match="a reason is needed"):
            lift_legal_hold(session, GRACE, "acme", " ")
        lift_legal_hold(session, GRACE, "acme", "settled")
        with pytest.raises(DiagnosticError, match="is under no legal hold"):
            lift_legal_hold(session, GRACE, "acme", "settled")


def test_a_client_removed_in_git_during_its_hold_stays_until_its_end(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    leaving.leave()
    (leaving.root / "clients/acme.yaml").unlink()
    git("commit", "--all", "--quiet", "--message=Gone", cwd=leaving.root)
    with leaving.session() as session:
        gone = ApplyRequest(selection=Selection(destroy=True))
        with pytest.raises(DiagnosticError, match="is being offboarded"):
            apply(session, ADA, gone, Conversation())
    leaving.clock.pass_by(days=30)
    done = leaving.leave()
    assert (done.record.phase, done.record.archived_to) == (Phase.DONE, "")


def test_nobody_is_onboarded_under_its_name_during_the_hold_and_after_it_only_again(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    leaving.leave()
    with leaving.session() as session, pytest.raises(DiagnosticError, match="--cancel"):
        onboard(session, ADA, OnboardRequest(name="acme"), Conversation())
    leaving.clock.pass_by(days=30)
    leaving.leave()
    with leaving.session() as session, pytest.raises(DiagnosticError, match="has left this fleet"):
        onboard(session, ADA, OnboardRequest(name="acme"), Conversation())


def test_a_shorter_hold_than_the_fleet_allows_is_refused(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d, shortest: 7d}")
    with pytest.raises(DiagnosticError, match="a hold of 0 days is shorter than this fleet allows"):
        leaving.leave(hold=0)
    assert leaving.leave(hold=7 * 24 * 3600).record.phase is Phase.HOLDING
    with pytest.raises(DiagnosticError, match="already, with a hold of 7 days"):
        leaving.leave(hold=8 * 24 * 3600)


def test_the_export_is_digested_and_gets_what_there_is_of_the_client(leaving: Leaving) -> None:
    exports(leaving, "cat >given.json; echo working; echo s3://exports/acme")
    done = leaving.leave().record
    assert done.export is not None
    assert done.export.place == "s3://exports/acme"
    assert done.export.sha256 == hashlib.sha256(b"working\ns3://exports/acme\n").hexdigest()
    assert '"client": "acme"' in (leaving.root / "given.json").read_text()


def test_an_export_that_fails_stops_before_anything_is_destroyed(leaving: Leaving) -> None:
    exports(leaving, "echo secret-token >&2; exit 3")
    with pytest.raises(DiagnosticError, match="exit code 3"):
        leaving.leave()
    with leaving.session() as session:
        record = session.ledger().offboardings.open_of(ACME)
        assert record is not None
        assert record.phase is Phase.EXPORTING
        assert "exit code 3" in record.why
        assert "secret-token" not in record.why
        (log,) = (leaving.root / ".cellwright/exports").iterdir()
        assert "secret-token" in log.read_text()
        assert log.stat().st_mode & 0o077 == 0
        (stuck,) = go_on_with_due(session, ADA, Conversation())
        assert stuck.faults
        cancel_offboarding(session, ADA, "acme")
    assert RunKind.DESTROY not in leaving.kinds


def test_what_was_applied_again_meanwhile_is_destroyed_when_it_goes_on(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = look_for_remains

    def again(*given: object, **named: object) -> None:
        with leaving.session() as session:
            stands(session.ledger(writing=True), "20261122-000000-0002")
        real(*given, **named)  # type: ignore[arg-type]  # as it was called

    with monkeypatch.context() as patched:
        patched.setattr(driving, "look_for_remains", again)
        with pytest.raises(DiagnosticError, match="was applied again while it was being offboarded"):
            leaving.leave()
    assert (leaving.root / "clients/acme.yaml").exists()
    assert leaving.leave().record.phase is Phase.DONE
    assert leaving.kinds.count(RunKind.DESTROY) == 2


class Killed(BaseException):
    """A process that dies."""


STEPS = ("begin", "set_runs", "step:holding", "step:exporting", "step:destroying", "step:verifying")
LATER = ("step:removing", "step:done", "export_data", "keep_remains", "look_for_remains")


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("at", [*STEPS, *LATER, "archive_cell", "commit"])
def test_whoever_is_killed_anywhere_is_outlived_by_the_next(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch, at: str, *, before: bool
) -> None:
    exports(leaving, "echo place")

    def dying(real: Callable[..., object], wanted: str = "") -> Callable[..., object]:
        def die(*given: object, **named: object) -> object:
            if wanted and given[2].after.value != wanted:  # type: ignore[attr-defined]  # a step
                return real(*given, **named)
            if before:
                raise Killed
            real(*given, **named)
            raise Killed

        return die

    name, _, wanted = at.partition(":")
    with monkeypatch.context() as patched:
        if hasattr(Records, name):
            patched.setattr(Records, name, dying(getattr(Records, name), wanted))
        else:
            from cellwright.app.clients.offboarding import leaving as last  # noqa: PLC0415  only for these

            place = driving if hasattr(driving, name) else last
            patched.setattr(place, name, dying(getattr(place, name)))
        with pytest.raises(Killed):
            leaving.leave()
    with leaving.session() as session:
        over = not session.ledger().offboardings.open()
    if at == "step:done" and not before:
        assert over, "it was at its end already"
    else:
        assert leaving.leave().record.phase is Phase.DONE
    assert leaving.actions("client.offboarded") == ["client.offboarded"]
    assert is_clean(leaving)
    assert not (leaving.root / "clients/acme.yaml").exists()
    assert (leaving.root / "archived/acme/acme.yaml").exists()


VPC = DoomedResource(unit=APP, address="aws_vpc.main", type="aws_vpc", provider="registry/hashicorp/aws")


def left_with_a_vpc(leaving: Leaving) -> Offboarding:
    """Let the client go although its VPC still stood."""
    record = leaving.leave().record
    with leaving.session() as session:
        remains = session.ledger(writing=True).remains
        (unit,) = remains.units(record.id)
        remains.put(record.id, unit, [VPC])
        remains.found(record.id, APP, "gone", [replace(VPC, finding=Finding.STANDING)])
    return record


def finding(leaving: Leaving, record: Offboarding) -> Finding:
    with leaving.session() as session:
        (found,) = session.ledger().remains.resources(record.id)
    return found.finding


def test_what_stood_when_a_client_went_is_looked_for_again(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = left_with_a_vpc(leaving)
    standing: dict[str, str] = {VPC.address: ""}
    monkeypatch.setattr(verifying._Look, "_ask", lambda _look: standing)
    with pytest.raises(DiagnosticError, match=r"still stands.*aws_vpc\.main"):
        leaving.leave()
    standing.clear()
    assert leaving.leave().record.id == record.id
    assert finding(leaving, record) is Finding.GONE
    with pytest.raises(DiagnosticError, match="there is no client"):
        leaving.leave()
    assert leaving.kinds == [RunKind.PLAN, RunKind.DESTROY], "nothing is destroyed anew"


def test_what_stood_is_not_gone_because_nobody_can_look(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = left_with_a_vpc(leaving)

    def unreachable(_look: object) -> Mapping[str, str]:
        raise DiagnosticError(error("no credentials"))

    monkeypatch.setattr(verifying._Look, "_ask", unreachable)
    with pytest.raises(DiagnosticError, match=r"still stands.*aws_vpc\.main"):
        leaving.leave()
    assert finding(leaving, record) is Finding.STANDING


@pytest.mark.parametrize("type_", ["aws_lambda_invocation", "aws_grafana_workspace_api_key"])
def test_what_the_provider_never_looks_for_does_not_stand(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch, type_: str
) -> None:
    record = leaving.leave().record
    called = replace(VPC, address=f"{type_}.call", type=type_, provider="registry.terraform.io/hashicorp/aws")
    with leaving.session() as session:
        remains = session.ledger(writing=True).remains
        (unit,) = remains.units(record.id)
        remains.put(record.id, unit, [VPC, called])
        remains.found(record.id, APP, "gone", [replace(VPC, finding=Finding.STANDING)])
    monkeypatch.setattr(verifying._Look, "_ask", lambda _look: {called.address: ""})
    assert leaving.leave().record.id == record.id
    with leaving.session() as session:
        found = {item.type: item.finding for item in session.ledger().remains.resources(record.id)}
    assert found == {"aws_vpc": Finding.GONE, type_: Finding.UNKNOWN}
