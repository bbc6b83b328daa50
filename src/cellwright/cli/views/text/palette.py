"""One symbol, one colour and one word for each thing that can be said of a unit or a resource."""

from dataclasses import dataclass

from rich.text import Text

from cellwright.model.change import Status
from cellwright.model.diagnostic import Severity
from cellwright.model.plan import Action, ResourceCounts
from cellwright.model.run import Outcome, RunStatus

FAINT = "dim"
STRONG = "bold"
GOOD = "green"
FRESH = "cyan"
CARE = "yellow"
BAD = "red"


@dataclass(frozen=True, slots=True)
class Mark:
    """How something looks; the symbol alone tells it apart, without colour."""

    symbol: str
    style: str
    word: str

    def text(self) -> Text:
        """The symbol, coloured."""
        return Text(self.symbol, style=self.style)

    def said(self) -> Text:
        """The word, coloured."""
        return Text(self.word, style=self.style)


STATUS = {
    Status.UP_TO_DATE: Mark("✓", GOOD, "up to date"),
    Status.CHANGED: Mark("~", CARE, "changed"),
    Status.NEVER_APPLIED: Mark("+", FRESH, "never applied"),
    Status.BLOCKED: Mark("○", FAINT, "blocked"),
    Status.DESTROY: Mark("-", BAD, "to be destroyed"),
    Status.FAILED: Mark("✗", f"{STRONG} {BAD}", "failed"),
}

OUTCOME = {
    Outcome.PLANNED: Mark("●", FRESH, "planned"),
    Outcome.APPLIED: Mark("✓", GOOD, "applied"),
    Outcome.UNCHANGED: Mark("=", FAINT, "unchanged"),
    Outcome.FAILED: Mark("✗", f"{STRONG} {BAD}", "failed"),
    Outcome.BLOCKED: Mark("○", FAINT, "blocked"),
    Outcome.SKIPPED: Mark("⊘", CARE, "skipped"),
    Outcome.CANCELLED: Mark("!", CARE, "cancelled"),
}

DESTROYED = Mark("-", GOOD, "destroyed")
"""What `applied` means for a unit that was to go."""


RUN = {
    RunStatus.RUNNING: Mark("●", FRESH, "running"),
    RunStatus.SUCCEEDED: Mark("✓", GOOD, "succeeded"),
    RunStatus.FAILED: Mark("✗", BAD, "failed"),
    RunStatus.CANCELLED: Mark("!", CARE, "cancelled"),
}

ACTION = {
    Action.CREATE: Mark("+", GOOD, "create"),
    Action.UPDATE: Mark("~", CARE, "update"),
    Action.DELETE: Mark("-", BAD, "destroy"),
    Action.REPLACE: Mark("-/+", BAD, "replace"),
    Action.READ: Mark("<=", FRESH, "read"),
    Action.FORGET: Mark(".", FAINT, "forget"),
    Action.IMPORT: Mark("<-", FRESH, "import"),
    Action.MOVE: Mark(">", FRESH, "move"),
}

SEVERITY = {Severity.ERROR: f"{STRONG} {BAD}", Severity.WARNING: f"{STRONG} {CARE}"}


def ending(outcome: Outcome, *, doomed: bool) -> Mark:
    """How a unit ended; `doomed` if it was to be destroyed."""
    return DESTROYED if doomed and outcome is Outcome.APPLIED else OUTCOME[outcome]


def tally(counts: ResourceCounts) -> Text:
    """Say `+2 ~1 -1 -/+1`; empty where nothing is touched."""
    amounts = (
        (counts.add, ACTION[Action.CREATE]),
        (counts.change, ACTION[Action.UPDATE]),
        (counts.replace, ACTION[Action.REPLACE]),
        (counts.destroy, ACTION[Action.DELETE]),
    )
    parts = [Text(f"{mark.symbol}{amount}", style=mark.style) for amount, mark in amounts if amount]
    return Text(" ").join(parts)


def changes(counts: ResourceCounts) -> str:
    """Say `2 to add, 1 to change, 1 to replace, 1 to destroy`."""
    amounts = (
        (counts.add, "add"),
        (counts.change, "change"),
        (counts.replace, "replace"),
        (counts.destroy, "destroy"),
    )
    return ", ".join(f"{amount:,} to {verb}" for amount, verb in amounts if amount) or "no resource to change"
