"""What checkov prints: its findings, what was skipped and why, and what it could not judge."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

NO_REASON = "No comment provided"
"""What checkov says in place of the reason, where a skip has none."""

_UNJUDGED = re.compile(r"Failed to run check (CKV\w+) on (.+\.tf(?:\.json)?):(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a resource; `file` as checkov names it, `line` where the resource begins."""

    rule: str
    title: str
    resource: str
    file: str
    line: int
    reason: str | None = None
    """Why it was skipped; None if it was not, "" if nobody says."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A rule that failed itself, at a resource."""

    rule: str
    file: str
    resource: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that was said of some folders."""

    failed: tuple[Finding, ...] = ()
    skipped: tuple[Finding, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    unread: tuple[str, ...] = ()
    """Files that checkov could not parse."""
    passed: int = 0


class UnreadableReportError(Exception):
    """What was printed is no report."""


class _Result(BaseModel):
    suppress_comment: str | None = None


class _Record(BaseModel):
    check_id: str
    check_name: str | None = None
    resource: str
    file_abs_path: str
    file_line_range: Annotated[list[int], Field(min_length=1)]
    check_result: _Result = _Result()


class _Results(BaseModel):
    failed_checks: list[_Record]
    skipped_checks: list[_Record]
    parsing_errors: list[str]


class _Summary(BaseModel):
    passed: int


class _Judged(BaseModel):
    results: _Results
    summary: _Summary


def read_report(printed: str, logged: str) -> Report:
    """Read what checkov has printed, and what it has logged of its own faults.

    Raises:
        UnreadableReportError: it is something else.
    """
    try:
        documents = [_Judged.model_validate(document) for document in _documents(printed)]
    except (ValueError, ValidationError, RecursionError) as fault:
        raise UnreadableReportError(str(fault).splitlines()[0]) from fault
    results = [document.results for document in documents]
    return Report(
        failed=_sorted(_finding(record) for found in results for record in found.failed_checks),
        skipped=_sorted(
            _finding(record, _reason(record)) for found in results for record in found.skipped_checks
        ),
        unjudged=tuple(dict.fromkeys(Unjudged(*match) for match in _UNJUDGED.findall(logged))),
        unread=tuple(sorted({path for found in results for path in found.parsing_errors})),
        passed=sum(document.summary.passed for document in documents),
    )


def _documents(printed: str) -> Iterator[Any]:
    """Give the documents, which stand one after the other; of files without resources there is no report."""
    decoder, text = json.JSONDecoder(), printed.strip()
    if not text:
        raise ValueError("nothing was printed")
    while text:
        document, end = decoder.raw_decode(text)
        parts = document if isinstance(document, list) else [document]
        yield from (part for part in parts if not _is_empty(part))
        text = text[end:].lstrip()


def _is_empty(document: object) -> bool:
    """Tell whether it is the summary alone, which stands for files without any resource."""
    return isinstance(document, dict) and document.get("resource_count") == 0 and "results" not in document


def _finding(record: _Record, reason: str | None = None) -> Finding:
    return Finding(
        record.check_id,
        record.check_name or record.check_id,
        record.resource,
        record.file_abs_path,
        max(1, record.file_line_range[0]),
        reason,
    )


def _reason(record: _Record) -> str:
    said = (record.check_result.suppress_comment or "").strip()
    return "" if said == NO_REASON else said


def _sorted(found: Iterator[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(set(found), key=lambda one: (one.file, one.line, one.rule, one.resource)))
