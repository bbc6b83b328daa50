import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cellwright.destruction.case import Case, Deed, UnitReading, Validation
from cellwright.destruction.document import Issue, digest_of, document, facts, subject, text_of
from cellwright.destruction.standing import standing
from cellwright.model.value import Json
from golden.rendering import compare
from unit.destruction.world import DATA, KEY, case, key, record

LOOKED = "2026-11-01T08:05:00+00:00"
NOW = datetime(2026, 11, 2, tzinfo=UTC)
ISSUE = Issue(by=Deed(by="Ada", at="2026-11-02T00:00:00+00:00"), number=2, replaces="ef" * 32)
"""Who issues the certificate of these tests."""


def whole() -> Case:
    database = record(
        "aws_db_instance",
        keys=(KEY,),
        arn="arn:aws:rds:eu-west-1:111122223333:db:acme",
        skip_final_snapshot=False,
        final_snapshot_identifier="acme-last",
    )
    return case(
        database,
        record("aws_vpc", 'x["é"]'),
        key(7),
        units=(
            UnitReading(unit=DATA, state="empty", at="2026-11-01T08:05:00+00:00", state_before="aa" * 32),
        ),
        validation=Validation(
            deed=Deed(by="Mary", at="2026-11-01T12:00:00+00:00", reason="the account is empty"),
            subject="other",
            settled=("final snapshot acme-last",),
        ),
        gaps=("nothing",),
    )


def written(known: Case) -> str:
    judged = standing(known, digest_of(text_of(subject(known))), NOW)
    return text_of(document(known, judged, ISSUE))


def test_the_document_has_all_that_is_known() -> None:
    text = written(whole())
    compare(Path(__file__).parents[2] / "golden/certificates/interim.json", text)
    assert text.isascii()
    found = json.loads(text)
    assert found["kind"] == "interim"
    assert len(found["resources"]) == 3


def test_the_same_case_gives_the_same_bytes_and_facts_leave_out_who_issues_it() -> None:
    assert written(whole()) == written(whole())
    judged = standing(whole(), "", NOW)
    assert facts(whole(), judged) == facts(case_with_other_head(), judged)
    assert facts(whole(), judged) != facts(case(), judged)


def case_with_other_head() -> Case:
    return replace(whole(), head=(99, "00" * 32))


def test_nothing_that_was_not_said_is_left_out() -> None:
    bare: Json = json.loads(written(case(hold=None, export=None, approvals=())))
    assert isinstance(bare, dict)
    assert (bare["hold"], bare["export"], bare["approvals"]) == (None, None, [])
