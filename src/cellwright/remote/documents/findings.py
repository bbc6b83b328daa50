"""Diagnostics, read from their document."""

from collections.abc import Iterable
from typing import Any

from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position


def diagnostics_from(items: Iterable[Any]) -> tuple[Diagnostic, ...]:
    """Read several."""
    return tuple(map(diagnostic_from, items))


def diagnostic_from(item: Any) -> Diagnostic:  # noqa: ANN401  a document
    """Read one."""
    file = item["file"]
    place = None if file is None else Position(file, item["line"], item["column"])
    return Diagnostic(Severity(item["severity"]), item["summary"], item["detail"], place)
