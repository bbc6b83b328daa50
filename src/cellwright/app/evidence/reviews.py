"""Reviews on record: who looked through the activity, or through who has access, when, and what was found."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from cellwright.app.evidence.period import Period, checked_period, last_day
from cellwright.app.evidence.standing import grant_rows, people_rows, token_rows
from cellwright.app.session.session import FleetSession
from cellwright.evidence.sorting import REVIEWED
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import Event
from cellwright.model.text.json_text import CANONICAL
from cellwright.model.text.visible import visible
from cellwright.model.value import Json

SUBJECT = "review"
LONGEST = 4_000
"""Characters of findings."""
SHOWN = 200


class ReviewKind(Enum):
    """What was looked through."""

    ACTIVITY = "activity"
    """What was done in the period: the events of the audit trail."""
    ACCESS = "access"
    """Who may do what: people, roles and tokens as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """A review that somebody has made."""

    kind: ReviewKind
    since: datetime
    until: datetime | None
    """None: until now."""
    findings: str
    """What was found; "nothing" is an answer, no text is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review that is on record."""

    event: int
    time: str
    who: str
    kind: str
    since: str
    until: str
    findings: str
    digest: str
    """Of what was looked at: the last event's hash, or a digest of the list of people, roles and tokens."""
    looked_at: Mapping[str, Json]

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day of the period."""
        return self.since[: len("2026-11-22")], last_day(self.until)


def record_review(session: FleetSession, actor: Actor, request: ReviewRequest) -> Review:
    """Record a review with a digest of what there was to look at; event `review.recorded`.

    Raises:
        DiagnosticError: there can be no such period, the findings are no text, or there is nothing to review.
    """
    now = session.now()
    period = checked_period(request.since, request.until or now, now)
    findings = request.findings.strip()
    refuse_text(findings, "findings")
    ledger = session.ledger(writing=True)
    activity = request.kind is ReviewKind.ACTIVITY
    digest, looked_at = _activity(ledger, period) if activity else _access(ledger)
    detail: dict[str, Json] = {
        "kind": request.kind.value,
        **period.to_json(),
        "findings": findings,
        "digest": digest,
        "looked_at": dict(looked_at),
    }
    return _review(ledger.recorder.append_event(actor, REVIEWED, SUBJECT, "", detail))


def reviews(session: FleetSession, limit: int = SHOWN) -> tuple[Review, ...]:
    """Give the newest reviews, the newest first. Raises DiagnosticError when the ledger can't be read."""
    found = session.ledger().reader.latest_events(limit, SUBJECT)
    return tuple(_review(event) for event in reversed(found) if event.action == REVIEWED)


def refuse_text(text: str, what: str) -> None:
    """Refuse what can't stand on record as text that somebody has written.

    Raises:
        DiagnosticError: it is empty, too long, or has characters that can't be seen.
    """
    shown = "".join(text.splitlines())
    if not 1 <= len(text) <= LONGEST or visible(shown) != shown:
        told = f"{what} of 1 to {LONGEST} characters that can be seen are needed"
        raise DiagnosticError(error(told, "say what was found, if only: nothing unusual"))


def _activity(ledger: Ledger, period: Period) -> tuple[str, Mapping[str, Json]]:
    bounds = ledger.reader.stretch(period.since, period.until)
    last = ledger.reader.event(bounds[1]) if bounds else None
    if bounds is None or last is None:
        raise DiagnosticError(
            error("there is no event in this period: there is nothing to review", "choose another period")
        )
    return last.hash, {"first_event": bounds[0], "last_event": bounds[1]}


def _access(ledger: Ledger) -> tuple[str, Mapping[str, Json]]:
    people = ledger.people
    found = {
        "people": list(people_rows(people, {})),
        "grants": list(grant_rows(people)),
        "tokens": list(token_rows(people)),
    }
    digest = hashlib.sha256(CANONICAL.write(found).encode("utf-8", "backslashreplace")).hexdigest()
    return digest, {name: len(rows) for name, rows in found.items()}


def _review(event: Event) -> Review:
    detail = event.detail
    looked_at = detail.get("looked_at")
    return Review(
        event=event.sequence,
        time=event.time,
        who=event.actor,
        kind=str(detail.get("kind", "")),
        since=str(detail.get("from", "")),
        until=str(detail.get("to", "")),
        findings=str(detail.get("findings", "")),
        digest=str(detail.get("digest", "")),
        looked_at=looked_at if isinstance(looked_at, Mapping) else {},
    )
