"""The symbol, colour and word of each outcome, state of a run and action, and counts of resources."""

from collections.abc import Collection

from rich.text import Text

from cellwright.cli.screen.palette import ACCENT, BAD, CAUTION, FAINT, GOOD, STRONG, Mark
from cellwright.model.runs.plan import Action, ResourceCounts
from cellwright.model.runs.run import Outcome, RunStatus, was_refused

OUTCOME = {
    Outcome.PLANNED: Mark("●", ACCENT, "planned"),
    Outcome.APPLIED: Mark("✓", GOOD, "applied"),
    Outcome.UNCHANGED: Mark("=", FAINT, "unchanged"),
    Outcome.FAILED: Mark("✗", f"{STRONG} {BAD}", "failed"),
    Outcome.BLOCKED: Mark("○", FAINT, "blocked"),
    Outcome.SKIPPED: Mark("⊘", CAUTION, "skipped"),
    Outcome.REFUSED: Mark("⊘", CAUTION, "refused"),
    Outcome.CANCELLED: Mark("!", CAUTION, "cancelled"),
}

DESTROYED = Mark("-", GOOD, "destroyed")
"""Replaces the mark of `applied` for a unit that was to be destroyed."""


RUN = {
    RunStatus.RUNNING: Mark("●", ACCENT, "running"),
    RunStatus.SUCCEEDED: Mark("✓", GOOD, "succeeded"),
    RunStatus.FAILED: Mark("✗", BAD, "failed"),
    RunStatus.CANCELLED: Mark("!", CAUTION, "cancelled"),
}

REFUSED = Mark("⊘", CAUTION, "refused")
"""Replaces the mark of a run that failed in nothing: somebody has not approved what it would have done."""

STOPPED = Mark("!", CAUTION, "stands still")
"""Replaces the mark of a run that has not ended, and that nobody carries out."""


def run_mark(status: RunStatus, outcomes: Collection[str]) -> Mark:
    """The mark of a run whose units have ended so."""
    return REFUSED if was_refused(status, outcomes) else RUN[status]


ACTION = {
    Action.CREATE: Mark("+", GOOD, "create"),
    Action.UPDATE: Mark("~", CAUTION, "update"),
    Action.DELETE: Mark("-", BAD, "destroy"),
    Action.REPLACE: Mark("-/+", BAD, "replace"),
    Action.READ: Mark("<=", ACCENT, "read"),
    Action.FORGET: Mark(".", CAUTION, "forget"),
    Action.FORGET_CREATE: Mark("./+", CAUTION, "forget, then create"),
    Action.IMPORT: Mark("<-", ACCENT, "import"),
    Action.MOVE: Mark(">", ACCENT, "move"),
    Action.REFRESH: Mark("<~", CAUTION, "the state takes this over; nothing real changes"),
    Action.DROP: Mark("<x", CAUTION, "gone: the state drops it"),
}


def outcome_mark(outcome: Outcome, *, destroy: bool) -> Mark:
    """The mark of a unit that ended; `destroy` if the unit was to be destroyed."""
    return DESTROYED if destroy and outcome is Outcome.APPLIED else OUTCOME[outcome]


def tally(counts: ResourceCounts) -> Text:
    """Return `+2 ~1 -/+1 -1 .1`; empty if no resource changes."""
    amounts = (
        (counts.add, ACTION[Action.CREATE]),
        (counts.change, ACTION[Action.UPDATE]),
        (counts.replace, ACTION[Action.REPLACE]),
        (counts.destroy, ACTION[Action.DELETE]),
        (counts.forget, ACTION[Action.FORGET]),
        (counts.imports, ACTION[Action.IMPORT]),
        (counts.moves, ACTION[Action.MOVE]),
        (counts.refresh, ACTION[Action.REFRESH]),
    )
    parts = [Text(f"{mark.symbol}{amount}", style=mark.style) for amount, mark in amounts if amount]
    return Text(" ").join(parts)


def changes(counts: ResourceCounts) -> str:
    """Return `1 to import, 2 to add, 1 to change, 1 to replace, 1 to destroy, 1 to forget`."""
    amounts = (
        (counts.imports, "import"),
        (counts.moves, "move"),
        (counts.add, "add"),
        (counts.change, "change"),
        (counts.replace, "replace"),
        (counts.destroy, "destroy"),
        (counts.forget, "forget"),
        (counts.refresh, "refresh"),
    )
    return ", ".join(f"{amount:,} to {verb}" for amount, verb in amounts if amount) or "no resource to change"
