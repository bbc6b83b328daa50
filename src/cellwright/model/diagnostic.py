"""Diagnostics: what is wrong, where, and what to do. They are collected and raised together."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from cellwright.model.position import Position


class Severity(Enum):
    """Severity of a diagnostic."""

    ERROR = "error"
    """Blocks every run."""
    WARNING = "warning"
    """Does not block."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: `summary` is what is wrong, `detail` what to do about it."""

    severity: Severity
    summary: str
    detail: str = ""
    position: Position | None = None

    def __str__(self) -> str:
        place = f"{self.position}: " if self.position else ""
        advice = f"; {self.detail}" if self.detail else ""
        return f"{place}{self.severity.value}: {self.summary}{advice}"


def error(summary: str, detail: str = "", position: Position | None = None) -> Diagnostic:
    """Make a diagnostic that blocks."""
    return Diagnostic(Severity.ERROR, summary, detail, position)


def warning(summary: str, detail: str = "", position: Position | None = None) -> Diagnostic:
    """Make a diagnostic that does not block."""
    return Diagnostic(Severity.WARNING, summary, detail, position)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of the diagnostics blocks."""
    return any(item.severity is Severity.ERROR for item in diagnostics)


class DiagnosticError(Exception):
    """A failure caused by input or environment, never by a defect of Cellwright; carries every diagnostic."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(str(item) for item in diagnostics))
        self.diagnostics = diagnostics


class MissingError(DiagnosticError):
    """What was named is not there."""


class UnavailableError(DiagnosticError):
    """What everything rests on can't be used now; the same may well work later."""
