"""Clients in the ledger: guarded states, legal holds, and offboardings that go on from where they were."""

import pytest

from cellwright.ledger.clients.lives import Move
from cellwright.ledger.clients.offboardings import Step
from cellwright.ledger.clients.values import (
    DoomedResource,
    DoomedUnit,
    ExportRecord,
    Finding,
    NewOffboarding,
)
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError, MissingError
from cellwright.model.offboarding import Phase
from contract.ledger.conftest import SetClock

ADA, BOB = Actor("ada"), Actor("bob")
ACME = CellAddress("client", "acme")
APP = UnitAddress("client", "acme", "app")
EXPORT = ExportRecord(
    command=("./export.sh",), sha256="ab" * 32, size=7, place="s3://data/acme", seconds=1.5, ended_at="now"
)


def new(id_: str = "one", back_to: ClientState = ClientState.ACTIVE) -> NewOffboarding:
    return NewOffboarding(
        id=id_,
        cell=ACME,
        reason="contract ended",
        back_to=back_to,
        task={"actor": "ada"},
        hold_seconds=60,
        approvals_needed=1,
    )


def actions(ledger: Ledger) -> list[str]:
    return [event.action for event in ledger.reader.events(subject=str(ACME))]


def test_a_client_moves_from_state_to_state_and_each_move_is_an_event(ledger: Ledger) -> None:
    assert ledger.lives.find(ACME) is None
    assert ledger.lives.move(Move(cell=ACME, to=ClientState.REQUESTED, reason="new"), ADA)
    assert ledger.lives.move(Move(cell=ACME, to=ClientState.PROVISIONING, run="r1"), ADA)
    assert not ledger.lives.move(Move(cell=ACME, to=ClientState.PROVISIONING), BOB)
    assert ledger.lives.move(Move(cell=ACME, to=ClientState.ACTIVE), BOB)
    found = ledger.lives.find(ACME)
    assert found is not None
    assert (found.state, found.moved_by) == (ClientState.ACTIVE, "bob")
    assert ledger.lives.of([ACME]) == ledger.lives.of() == {ACME: found}
    assert ledger.lives.in_states(ClientState.ACTIVE) == (found,)
    assert actions(ledger) == ["client.moved"] * 3
    moved = list(ledger.reader.events(subject=str(ACME)))[1]
    assert (moved.detail["from"], moved.detail["to"], moved.detail["run"]) == (
        "requested",
        "provisioning",
        "r1",
    )


def test_a_move_that_may_not_be_is_refused_and_records_nothing(ledger: Ledger) -> None:
    with pytest.raises(DiagnosticError, match="is requested and can't become suspended"):
        ledger.lives.move(Move(cell=ACME, to=ClientState.SUSPENDED), ADA)
    assert ledger.lives.find(ACME) is None
    assert actions(ledger) == []


def test_a_move_from_a_state_in_which_it_is_no_more_is_refused(ledger: Ledger) -> None:
    ledger.lives.move(Move(cell=ACME, to=ClientState.ACTIVE, otherwise=ClientState.PROVISIONING), ADA)
    ledger.lives.move(Move(cell=ACME, to=ClientState.OFFBOARDING), BOB)
    with pytest.raises(DiagnosticError, match="client/acme has become offboarding meanwhile"):
        ledger.lives.move(Move(cell=ACME, to=ClientState.ACTIVE, known=ClientState.SUSPENDED), ADA)
    found = ledger.lives.find(ACME)
    assert found is not None
    assert found.state is ClientState.OFFBOARDING


def test_a_legal_hold_holds_until_it_is_lifted(ledger: Ledger, clock: SetClock) -> None:
    assert ledger.legal_holds.open() == {}
    laid = ledger.legal_holds.lay(ACME, ADA, "lawsuit 12")
    clock.pass_by(10)
    ledger.legal_holds.lay(ACME, BOB, "lawsuit 13")
    assert ledger.legal_holds.open([ACME]) == ledger.legal_holds.open() == {ACME: laid}
    assert ledger.legal_holds.lift(ACME, BOB, "settled") == 2
    assert ledger.legal_holds.lift(ACME, BOB, "settled") == 0
    assert ledger.legal_holds.open() == {}
    first, second = ledger.legal_holds.of(ACME)
    assert (first.reason, first.laid_by, first.lifted_by, first.lift_reason, first.holds) == (
        "lawsuit 12",
        "ada",
        "bob",
        "settled",
        False,
    )
    assert second.reason == "lawsuit 13"
    assert actions(ledger) == [
        "client.legal_hold_laid",
        "client.legal_hold_laid",
        "client.legal_hold_lifted",
    ]


def test_an_offboarding_goes_through_its_phases(ledger: Ledger) -> None:
    begun = ledger.offboardings.begin(new(), ADA)
    assert (begun.phase, begun.requested_by, begun.hold_until) == (Phase.PLANNING, "ada", None)
    assert ledger.lives.of()[ACME].state is ClientState.OFFBOARDING
    ledger.offboardings.set_runs("one", "p1", "")
    held = Step(before=Phase.PLANNING, after=Phase.HOLDING, hold_until=1234)
    assert ledger.offboardings.step("one", held, ADA)
    assert not ledger.offboardings.step("one", held, BOB)
    assert ledger.offboardings.approve("one", BOB, "yes")
    assert not ledger.offboardings.approve("one", BOB, "again")
    assert ledger.offboardings.step("one", Step(before=Phase.HOLDING, after=Phase.EXPORTING), ADA)
    exported = Step(before=Phase.EXPORTING, after=Phase.DESTROYING, export=EXPORT)
    assert ledger.offboardings.step("one", exported, ADA)
    assert ledger.lives.of()[ACME].state is ClientState.DESTROYING
    ledger.offboardings.set_runs("one", "p1", "d1")
    ledger.offboardings.note("one", "a disk was full")
    assert ledger.offboardings.find("one").why == "a disk was full"
    assert ledger.offboardings.step("one", Step(before=Phase.DESTROYING, after=Phase.VERIFYING), ADA)
    assert ledger.offboardings.step("one", Step(before=Phase.VERIFYING, after=Phase.REMOVING), ADA)
    assert ledger.offboardings.open_of(ACME) is not None
    done = Step(before=Phase.REMOVING, after=Phase.DONE, archived_to="archived/acme")
    assert ledger.offboardings.step("one", done, BOB)
    found = ledger.offboardings.find("one")
    assert (found.phase, found.export, found.plan_run, found.run) == (Phase.DONE, EXPORT, "p1", "d1")
    assert (found.hold_until, found.why, found.archived_to) == (1234, "", "archived/acme")
    assert (found.ended_by, [item.by for item in found.approvals]) == ("bob", ["bob"])
    assert ledger.lives.of()[ACME].state is ClientState.ARCHIVED
    assert ledger.offboardings.open() == ()
    assert ledger.offboardings.open_of(ACME) is None
    assert ledger.offboardings.newest(5) == (found,) == ledger.offboardings.of_cell(ACME)


def test_a_client_is_offboarded_once_at_a_time(ledger: Ledger) -> None:
    ledger.offboardings.begin(new(), ADA)
    with pytest.raises(DiagnosticError, match="is being offboarded already"):
        ledger.offboardings.begin(new("two"), BOB)
    assert [item.id for item in ledger.offboardings.open()] == ["one"]


@pytest.mark.parametrize("end", [Phase.CANCELLED, Phase.REFUSED])
def test_what_ends_before_it_destroys_leaves_the_client_as_it_was(ledger: Ledger, end: Phase) -> None:
    ledger.offboardings.begin(new(back_to=ClientState.SUSPENDED), ADA)
    assert ledger.offboardings.step("one", Step(before=Phase.PLANNING, after=end, why="no"), BOB)
    assert ledger.lives.of()[ACME].state is ClientState.SUSPENDED
    assert ledger.offboardings.find("one").why == "no"
    again = ledger.offboardings.begin(new("two", ClientState.SUSPENDED), ADA)
    assert ledger.offboardings.of_cell(ACME, 5)[0] == again


def test_a_step_that_no_phase_allows_is_a_fault_of_ours(ledger: Ledger) -> None:
    ledger.offboardings.begin(new(), ADA)
    with pytest.raises(ValueError, match="does not follow"):
        ledger.offboardings.step("one", Step(before=Phase.DESTROYING, after=Phase.CANCELLED), ADA)
    with pytest.raises(MissingError):
        ledger.offboardings.find("two")
    with pytest.raises(MissingError):
        ledger.offboardings.approve("two", ADA, "")


def test_what_was_destroyed_and_what_was_found_of_it_come_back(ledger: Ledger) -> None:
    ledger.offboardings.begin(new(), ADA)
    unit = DoomedUnit(
        unit=APP, record={"a": 1}, state_place="local", state_digest="cd", archived_as="states/x"
    )
    bucket = DoomedResource(
        unit=APP,
        address="aws_s3_bucket.data",
        type="aws_s3_bucket",
        provider="registry.terraform.io/hashicorp/aws",
        provider_id="acme-data",
        facts={"region": "us-east-1"},
    )
    ledger.remains.put("one", unit, [bucket])
    ledger.remains.put("one", unit, [bucket])
    assert ledger.remains.units("one") == (unit,)
    assert ledger.remains.resources("one") == (bucket,)
    gone = DoomedResource(
        unit=APP, address=bucket.address, type="", provider="", finding=Finding.GONE, detail="not found"
    )
    ledger.remains.found("one", APP, "empty", [gone])
    (after,) = ledger.remains.units("one")
    (found,) = ledger.remains.resources("one")
    assert (after.state_after, bool(after.looked_at)) == ("empty", True)
    assert (found.finding, found.detail, found.provider_id) == (Finding.GONE, "not found", "acme-data")
