"""What checkov prints, read: good reports, several in a row, none, and what is no report."""

import json
from typing import Any

import pytest

from cellwright.checks.security.report import (
    NO_REASON,
    Finding,
    Report,
    Unjudged,
    UnreadableReportError,
    read_report,
)


def record(rule: str = "CKV_AWS_1", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as JSON
    return {
        "check_id": rule,
        "check_name": "Ensure it is so",
        "resource": "aws_a.this",
        "file_abs_path": "/stacks/main.tf",
        "file_line_range": [3, 9],
        "check_result": {"result": "FAILED"},
        "guideline": None,
        **more,
    }


def report(
    failed: tuple[dict[str, Any], ...] = (),
    skipped: tuple[dict[str, Any], ...] = (),
    unread: tuple[str, ...] = (),
) -> str:
    results = {
        "failed_checks": failed,
        "skipped_checks": skipped,
        "passed_checks": [],
        "parsing_errors": unread,
    }
    return json.dumps({"check_type": "terraform", "results": results, "summary": {"passed": 5}})


def test_findings_are_read_with_their_places() -> None:
    found = read_report(report((record(), record("CKV_AWS_0"))), "")

    assert found.failed == (
        Finding("CKV_AWS_0", "Ensure it is so", "aws_a.this", "/stacks/main.tf", 3),
        Finding("CKV_AWS_1", "Ensure it is so", "aws_a.this", "/stacks/main.tf", 3),
    )
    assert found.passed == 5


def test_a_skip_has_its_reason_or_none() -> None:
    given = tuple(
        record(f"CKV_AWS_{number}", check_result={"result": "SKIPPED", "suppress_comment": comment})
        for number, comment in enumerate(("a key is made elsewhere", NO_REASON, " "))
    )

    assert [skip.reason for skip in read_report(report(skipped=given), "").skipped] == [
        "a key is made elsewhere",
        "",
        "",
    ]


def test_several_reports_in_a_row_are_one() -> None:
    empty = json.dumps({"passed": 0, "failed": 0, "resource_count": 0, "checkov_version": "3"})
    printed = f"{report((record(),))}\n{empty}\n[{report((record('CKV_AWS_2'),))}]\n"

    found = read_report(printed, "")

    assert [finding.rule for finding in found.failed] == ["CKV_AWS_1", "CKV_AWS_2"]
    assert found.passed == 10


def test_files_without_resources_are_an_empty_report() -> None:
    assert read_report('{"passed": 0, "failed": 0, "resource_count": 0}', "") == Report()


def test_a_rule_that_fails_itself_is_told() -> None:
    logged = (
        "2026-01-01 00:00:00,000 [MainThread  ] [ERROR]  Failed to run check CKV_AWS_230 on "
        "/foundation/acl.tf:aws_network_acl.private[0]\nTraceback (most recent call last):\nTypeError: x\n"
    )

    assert read_report(report(), logged * 2).unjudged == (
        Unjudged("CKV_AWS_230", "/foundation/acl.tf", "aws_network_acl.private[0]"),
    )


def test_files_that_it_can_not_parse_are_told() -> None:
    assert read_report(report(unread=("/b.tf", "/a.tf", "/a.tf")), "").unread == ("/a.tf", "/b.tf")


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "Traceback (most recent call last):",
        "[]x",
        "{}",
        '{"results": {}}',
        '{"results": null, "summary": {"passed": 1}}',
        report((record(file_line_range=[]),)),
        report((record(resource=None),)),
        report()[:-10],
        "[" * 100_000,
    ],
)
def test_anything_else_is_no_report(printed: str) -> None:
    with pytest.raises(UnreadableReportError):
        read_report(printed, "")
