"""What the record of an offboarding adds: people, hold, export, legal holds, and what was looked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.certificates.issuing import issue
from cellwright.app.certificates.validating import ValidationRequest, validate
from cellwright.app.session.session import FleetSession
from cellwright.destruction.standing import Kind
from cellwright.ledger.clients.offboardings import Step
from cellwright.ledger.clients.values import (
    DoomedResource,
    DoomedUnit,
    ExportRecord,
    Finding,
    NewOffboarding,
)
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.offboarding import Phase
from cellwright.model.runs.event import CLIENT_ONBOARDED
from unit.app.certificates.kit import (
    ACME,
    ADA,
    DATA,
    GRACE,
    MARY,
    WAITING_KEY,
    Clock,
    destroy,
    offboard,
    opened,
    person,
    removal,
)
from unit.app.kit import make_fleet

ID = "o1"
VPC = "aws_vpc.main"
EXPORT = ExportRecord(
    command=("./export.sh",),
    sha256="cd" * 32,
    size=1024,
    place="s3://exports/acme.tar",
    seconds=2.0,
    ended_at="2026-11-01T08:00:00+00:00",
)
UNTIL = 1_761_984_000_000
AGREES = person("Edsger", "edsger")


def looked_for(address: str, finding: Finding, detail: str) -> DoomedResource:
    return DoomedResource(
        unit=DATA, address=address, type="x", provider="aws", finding=finding, detail=detail
    )


def leave(session: FleetSession, finding: Finding) -> None:
    """Offboard acme by a request of Ada's, to which Edsger has agreed; its VPC comes out as found."""
    ledger = session.ledger(writing=True)
    new = NewOffboarding(
        id=ID,
        cell=ACME,
        reason="contract ended",
        back_to=ClientState.ACTIVE,
        task={},
        hold_seconds=86_400,
        approvals_needed=1,
    )
    ledger.legal_holds.lay(ACME, GRACE, "a lawsuit")
    ledger.legal_holds.lift(ACME, GRACE, "settled")
    ledger.offboardings.begin(new, ADA)
    ledger.offboardings.step(
        ID, Step(before=Phase.PLANNING, after=Phase.HOLDING, hold_until=1_761_984_000_000), ADA
    )
    ledger.offboardings.approve(ID, AGREES, "checked the contract")
    ledger.offboardings.step(ID, Step(before=Phase.HOLDING, after=Phase.EXPORTING), ADA)
    ledger.offboardings.step(ID, Step(before=Phase.EXPORTING, after=Phase.DESTROYING, export=EXPORT), ADA)
    found = [
        looked_for("aws_kms_key.main", Finding.STANDING, "PendingDeletion until 2026-11-08"),
        looked_for(VPC, finding, "InvalidVpcID.NotFound"),
        looked_for("aws_eip.lost", Finding.GONE, ""),
    ]
    ledger.remains.put(ID, DoomedUnit(unit=DATA, record={}, state_place="s3", state_digest="aa" * 32), found)
    destroy(session, (WAITING_KEY, removal("aws_vpc")))
    ledger.remains.found(ID, DATA, "empty", found)
    offboard(session)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    make_fleet(tmp_path, other="{}")
    return Clock()


def said(root: Path, clock: Clock, finding: Finding = Finding.GONE) -> Any:  # noqa: ANN401  a document
    with opened(root, clock) as session:
        leave(session, finding)
        return json.loads(issue(session, ADA, "acme").certificate.document)


def test_hold_people_export_and_what_was_found_are_in_it(tmp_path: Path, clock: Clock) -> None:
    found = said(tmp_path, clock)
    assert (found["requested"]["by"], found["requested"]["vouched_by"]) == ("Ada", "ada")
    assert [(item["by"], item["vouched_by"]) for item in found["approvals"]] == [
        ("Edsger", "edsger"),
        ("Grace", "grace"),
    ]
    assert found["hold"] == {"seconds": 86_400, "until": "2025-11-01T08:00:00+00:00"}
    assert found["export"]["sha256"] == "cd" * 32
    assert found["legal_holds"][0]["lifted"]["reason"] == "settled"
    key, vpc = sorted(found["resources"], key=lambda item: str(item["address"]))
    assert key["read_back"]["detail"] == "PendingDeletion until 2026-11-08"
    assert vpc["read_back"]["found"] == "not found"
    assert found["verification"][0]["state"] == "empty"
    assert any("aws_eip.lost" in gap for gap in found["not_on_record"])


def test_what_is_found_again_is_refused_with_a_list(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(DiagnosticError, match=r"still has resources.*aws_vpc\.main"):
        said(tmp_path, clock, Finding.STANDING)


def test_whoever_agreed_does_not_validate_and_somebody_else_does(tmp_path: Path, clock: Clock) -> None:
    said(tmp_path, clock)
    wanted = ValidationRequest(name="acme", findings="nothing is left")
    clock.pass_by(8)
    with opened(tmp_path, clock) as session:
        issue(session, ADA, "acme")
        with pytest.raises(DiagnosticError, match="Edsger approved it"):
            validate(session, AGREES, wanted)
        assert validate(session, MARY, wanted).standing.kind is Kind.FINAL


def hold(session: FleetSession, reason: str) -> None:
    holds = session.ledger(writing=True).legal_holds
    holds.lay(ACME, GRACE, reason)
    holds.lift(ACME, GRACE, "settled")


def test_legal_holds_of_others_that_had_the_name_are_none_of_its_own(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as session:
        hold(session, "of the one before")
        offboard(session)
        clock.pass_by(1)
        session.ledger(writing=True).recorder.append_event(ADA, CLIENT_ONBOARDED, str(ACME))
        leave(session, Finding.GONE)
        clock.pass_by(1)
        hold(session, "of a cell that was added by hand since")
        found = json.loads(issue(session, ADA, "acme").certificate.document)
    assert [item["laid"]["reason"] for item in found["legal_holds"]] == ["a lawsuit"]
