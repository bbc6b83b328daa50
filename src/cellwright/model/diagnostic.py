"""Findings: what is wrong, where, and what to do. Collected, never raised one at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from cellwright.model.position import Position


class Severity(Enum):
    """How much a finding matters."""

    ERROR = "error"
    """Nothing may be run."""
    WARNING = "warning"
    """Worth a look; lets pass."""


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
    """Make a finding that stops the work."""
    return Diagnostic(Severity.ERROR, summary, detail, position)


def warning(summary: str, detail: str = "", position: Position | None = None) -> Diagnostic:
    """Make a finding that lets the work go on."""
    return Diagnostic(Severity.WARNING, summary, detail, position)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any finding stops the work."""
    return any(item.severity is Severity.ERROR for item in diagnostics)


class DiagnosticError(Exception):
    """The work can't go on: a failure of input or of the world, never a bug. Carries every finding."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(str(item) for item in diagnostics))
        self.diagnostics = diagnostics
