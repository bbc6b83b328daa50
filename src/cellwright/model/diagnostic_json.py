"""Diagnostics as JSON and back, as the ledger stores them and progress events carry them."""

from typing import Any

from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position
from cellwright.model.value import Json


def diagnostic_to_json(diagnostic: Diagnostic) -> Json:
    """Write a diagnostic as JSON."""
    at = diagnostic.position
    return {
        "severity": diagnostic.severity.value,
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "at": [at.file, at.line, at.column] if at is not None else None,
    }


def diagnostic_from_json(fields: Any) -> Diagnostic:  # noqa: ANN401  what `diagnostic_to_json` wrote, read back
    """Read what `diagnostic_to_json` wrote."""
    return Diagnostic(
        Severity(fields["severity"]),
        fields["summary"],
        fields["detail"],
        Position(*fields["at"]) if fields.get("at") else None,
    )
