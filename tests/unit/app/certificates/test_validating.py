"""The outcome is validated by somebody who had no part in the destruction."""

from pathlib import Path

import pytest

from cellwright.app.certificates.issuing import Issued, issue
from cellwright.app.certificates.validating import ValidationRequest, validate
from cellwright.destruction.standing import Kind
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from unit.app.certificates.kit import (
    ADA,
    GRACE,
    MARY,
    NOTHING_TO_LOOK_FOR,
    WAITING_KEY,
    Clock,
    make_gone,
    opened,
    removal,
)

FOUND = "the account is empty"


def validated(root: Path, clock: Clock, actor: Actor, findings: str = FOUND, *over: str) -> Issued:
    with opened(root, clock) as session:
        return validate(session, actor, ValidationRequest(name="acme", findings=findings, settled=over))


def refused(root: Path, clock: Clock, actor: Actor, findings: str = FOUND, *over: str) -> str:
    with pytest.raises(DiagnosticError) as caught:
        validated(root, clock, actor, findings, *over)
    return str(caught.value)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def certified(root: Path, clock: Clock) -> None:
    with opened(root, clock) as session:
        issue(session, ADA, "acme")


def test_another_person_s_validation_makes_it_final(tmp_path: Path, clock: Clock) -> None:
    make_gone(tmp_path, clock, NOTHING_TO_LOOK_FOR)
    certified(tmp_path, clock)
    found = validated(tmp_path, clock, MARY)
    assert (found.standing.kind, found.certificate.number) == (Kind.FINAL, 2)
    assert FOUND in found.certificate.document


@pytest.mark.parametrize("actor", [ADA, GRACE, Actor("ada "), Actor("Grace")])
def test_whoever_asked_or_approved_does_not_validate_and_the_attempt_is_on_record(
    tmp_path: Path, clock: Clock, actor: Actor
) -> None:
    make_gone(tmp_path, clock, NOTHING_TO_LOOK_FOR)
    certified(tmp_path, clock)
    assert "you have had a part" in refused(tmp_path, clock, actor)
    with opened(tmp_path, clock) as session:
        (event,) = session.ledger().reader.latest_events(1)
    assert event.action == "certificate.validation_refused"


def test_what_is_validated_is_the_newest_certificate_as_things_stand(tmp_path: Path, clock: Clock) -> None:
    make_gone(tmp_path, clock, WAITING_KEY)
    assert "has no certificate" in refused(tmp_path, clock, MARY)
    certified(tmp_path, clock)
    early = validated(tmp_path, clock, MARY, FOUND, "client/acme/data/aws_kms_key.main")
    assert early.standing.kind is Kind.INTERIM
    clock.pass_by(8)
    certified(tmp_path, clock)
    late = validated(tmp_path, clock, MARY, FOUND, "client/acme/data/aws_kms_key.main")
    assert late.standing.kind is Kind.FINAL


@pytest.mark.parametrize(
    ("findings", "over", "words"),
    [
        ("  ", (), "says what was found"),
        ("x" * 4001, (), "at most 4000"),
        (FOUND, ("client/acme/data/nothing",), "that somebody has to declare over"),
    ],
)
def test_what_says_nothing_or_names_nothing_is_refused(
    tmp_path: Path, clock: Clock, findings: str, over: tuple[str, ...], words: str
) -> None:
    make_gone(tmp_path, clock, removal("aws_vpc"))
    certified(tmp_path, clock)
    assert words in refused(tmp_path, clock, MARY, findings, *over)
