"""Colours, and the symbol, colour and word of each status and severity."""

from dataclasses import dataclass

from rich.text import Text

from cellwright.model.diagnostic import Severity
from cellwright.model.runs.change import Status

FAINT = "dim"
STRONG = "bold"
GOOD = "green"
ACCENT = "cyan"
CAUTION = "yellow"
BAD = "red"


@dataclass(frozen=True, slots=True)
class Mark:
    """How a value is shown; symbols differ, so that colours are not needed to tell values apart."""

    symbol: str
    style: str
    word: str

    def text(self) -> Text:
        """The symbol, coloured."""
        return Text(self.symbol, style=self.style)

    def label(self) -> Text:
        """The word, coloured."""
        return Text(self.word, style=self.style)


STATUS = {
    Status.UP_TO_DATE: Mark("✓", GOOD, "up to date"),
    Status.CHANGED: Mark("~", CAUTION, "changed"),
    Status.NEVER_APPLIED: Mark("+", ACCENT, "new"),
    Status.BLOCKED: Mark("○", FAINT, "blocked"),
    Status.DESTROY: Mark("-", BAD, "to be destroyed"),
    Status.FAILED: Mark("✗", f"{STRONG} {BAD}", "failed"),
}
WORKED_ON = Mark("●", ACCENT, "in progress")
"""A unit on which a run works now: the ledger has it as failed until its apply has succeeded."""

SEVERITY = {Severity.ERROR: f"{STRONG} {BAD}", Severity.WARNING: f"{STRONG} {CAUTION}"}
