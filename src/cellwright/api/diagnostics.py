"""Diagnostics as JSON."""

from collections.abc import Iterable

from cellwright.model.diagnostic import Diagnostic
from cellwright.model.value import Json


def diagnostic(item: Diagnostic) -> Json:
    """One diagnostic; `file`, `line` and `column` are null if it has no position."""
    place = item.position
    return {
        "severity": item.severity.value,
        "summary": item.summary,
        "detail": item.detail,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def diagnostics(items: Iterable[Diagnostic]) -> Json:
    """`check`, `ip check`, and every command that fails: all diagnostics."""
    return {"diagnostics": [diagnostic(item) for item in items]}
