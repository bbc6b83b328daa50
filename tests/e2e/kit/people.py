"""A second person at the same fleet, and what the audit trail must say of everybody who acts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import Event
from e2e.kit.program import Program

GRACE = "Grace Example <grace@example.com>"
_GRACE = {
    "GIT_AUTHOR_NAME": "Grace Example",
    "GIT_AUTHOR_EMAIL": "grace@example.com",
    "GIT_COMMITTER_NAME": "Grace Example",
    "GIT_COMMITTER_EMAIL": "grace@example.com",
}


def second_person(first: Program) -> Program:
    """Give the command line as Grace has it: another name and home, the same fleet and ledger."""
    # Short: the path of a Unix socket below it has room for 107 bytes.
    home = first.person.parent / "grace"
    return replace(first, person=home, environment={**first.environment, **_GRACE, "CELLWRIGHT_ACTOR": GRACE})


def events(ledger: Path) -> tuple[Event, ...]:
    """Read a ledger's events; none if a test has left no ledger that can be read."""
    if not ledger.is_file():
        return ()
    try:
        with open_ledger(sqlite_url(ledger), create=False) as opened:
            return tuple(opened.reader.events())
    except DiagnosticError:
        return ()


def faults(trail: tuple[Event, ...]) -> Iterator[str]:
    """Say where a trail does not tell who acted, or what was applied without an approval."""
    approved: set[tuple[str, str]] = set()
    for event in trail:
        if not event.detail.get("identity"):
            yield f"event {event.sequence}, {event.action}, does not say what vouches for {event.actor}"
        if event.action == "run.approved" and isinstance(plans := event.detail.get("plans"), dict):
            approved.update((event.subject, unit) for unit in plans)
        if event.action in {"unit.applied", "unit.destroyed"} and _was_applied(event):
            run = str(event.detail.get("run"))
            if (run, event.subject) not in approved:
                yield f"event {event.sequence}: {event.subject} was applied without an approval on record"


def _was_applied(event: Event) -> bool:
    """Tell whether a plan was applied; of what has nothing left in it none is made."""
    if event.action == "unit.applied":
        return True
    return any(event.detail.get(count) for count in ("add", "change", "destroy", "replace", "forget"))
