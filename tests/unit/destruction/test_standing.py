from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cellwright.destruction.case import Case, Deed, Finding, Validation
from cellwright.destruction.standing import Kind, Standing, settleable, standing
from unit.destruction.world import case, key, record

SOON = datetime(2026, 11, 2, tzinfo=UTC)
LATER = datetime(2026, 12, 24, tzinfo=UTC)


def judged(known: Case, at: str = "2026-12-20T00:00:00+00:00", *settled: str, subject: str = "s") -> Case:
    deed = Deed(by="Mary", at=at, reason="looked at the account")
    return replace(known, validation=Validation(deed=deed, subject=subject, settled=settled))


def stands(known: Case, now: datetime = LATER) -> Standing:
    return standing(known, "s", now)


def test_what_is_gone_looked_up_and_validated_by_somebody_else_is_final() -> None:
    found = stands(judged(case(record("aws_vpc"), key(7))))
    assert (found.kind, found.open, found.validated) == (Kind.FINAL, (), True)
    assert found.last_date == "2026-11-08T08:00:09+00:00"


@pytest.mark.parametrize(
    ("known", "now", "words"),
    [
        (judged(case(key(7))), SOON, "deletion scheduled until 2026-11-08"),
        (judged(case(record("aws_vpc", action="forget"))), LATER, "nothing says until when"),
        (
            judged(case(record("aws_db_instance", skip_final_snapshot=False, final_snapshot_identifier="s"))),
            LATER,
            "final snapshot s",
        ),
        (judged(case(record("aws_vpc"), finding=Finding.UNREAD)), LATER, "nobody has looked whether 1 of 1"),
        (case(record("aws_vpc")), LATER, "nobody else has validated"),
        (judged(case(record("aws_vpc")), subject="another"), LATER, "changed since"),
        (judged(case(key(7)), "2026-11-05T00:00:00+00:00"), LATER, "once more"),
    ],
)
def test_anything_open_makes_it_interim_and_is_said(known: Case, now: datetime, words: str) -> None:
    found = stands(known, now)
    assert found.kind is Kind.INTERIM
    assert words in " ".join(found.open)


def test_somebody_may_declare_over_what_has_no_date_and_what_nobody_could_look_up() -> None:
    snapshot = record("aws_db_instance", skip_final_snapshot=False, final_snapshot_identifier="s")
    forgotten = record("aws_vpc", action="forget")
    known = case(snapshot, forgotten, finding=Finding.UNREAD)
    names = settleable(known)
    assert names == {
        "client/acme/data/aws_db_instance.main",
        "client/acme/data/aws_vpc.main",
        "final snapshot s",
    }
    found = stands(judged(known, "2026-12-20T00:00:00+00:00", *names))
    assert found.kind is Kind.FINAL


def test_what_was_in_the_state_only_need_not_be_looked_for() -> None:
    random = record("random_id", provider="registry.terraform.io/hashicorp/random")
    assert stands(judged(case(random, finding=Finding.UNREAD))).kind is Kind.FINAL


def test_what_can_t_be_told_is_left_to_the_validation() -> None:
    assert stands(judged(case(record("aws_vpc"), finding=Finding.UNKNOWN))).kind is Kind.FINAL


def test_a_resource_that_is_found_again_stands_but_for_a_key_that_waits() -> None:
    found = case(record("aws_vpc"), key(7), finding=Finding.STANDING).standing()
    assert [fate.record.resource.type for fate in found] == ["aws_vpc"]
