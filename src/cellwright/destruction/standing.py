"""Whether a certificate is final: nothing waits any more, somebody looked, and somebody else judged it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from cellwright.destruction.case import Case, Finding
from cellwright.destruction.times import moment
from cellwright.destruction.values import Fate, Method


class Kind(Enum):
    """Whether something is still to come."""

    INTERIM = "interim"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a destruction stands at one moment."""

    kind: Kind
    open: tuple[str, ...]
    """Why it is not final, in words."""
    last_date: str | None
    """The last date at which something ends by itself; None if nothing does."""
    validated: bool
    """Whether the newest validation is about all of this, and was made after the last date."""


def standing(case: Case, subject: str, now: datetime) -> Standing:
    """Tell how a destruction stands; `subject` digests what there is to validate."""
    dates = list(_dates(case))
    last = max(dates, default=None)
    settled = frozenset(case.validation.settled) if case.validation is not None else frozenset()
    open_ = [
        *_waiting(case, settled, now),
        *_unread(case, settled),
        *_not_validated(case, subject, last),
    ]
    validated = case.validation is not None and not any(_not_validated(case, subject, last))
    return Standing(Kind.INTERIM if open_ else Kind.FINAL, tuple(open_), last, validated)


def settleable(case: Case) -> frozenset[str]:
    """Name what somebody may declare to be over: what has no date, and what could not be looked up."""
    unseen = (fate for fate in case.fates if case.reading(fate).finding is not Finding.GONE)
    return frozenset(
        {fate.name for fate in case.fates if fate.endless}
        | {fate.name for fate in unseen if not fate.state_only}
        | {item.what for fate in case.fates for item in fate.residuals if item.until is None}
    )


def _dates(case: Case) -> Iterator[str]:
    for fate in case.fates:
        yield from (until for until in (fate.until, *(item.until for item in fate.residuals)) if until)


def _waiting(case: Case, settled: frozenset[str], now: datetime) -> Iterator[str]:
    for fate in case.fates:
        if fate.name not in settled and (fate.endless or _is_ahead(fate.until, now)):
            yield f"{fate.name}: {fate.method.value}{_until(fate.until)}"
        for item in fate.residuals:
            if item.what not in settled and (item.until is None or _is_ahead(item.until, now)):
                yield f"{item.what}: {item.kind.value} that stays{_until(item.until)}"


def _unread(case: Case, settled: frozenset[str]) -> Iterator[str]:
    unread = [fate for fate in case.fates if fate.name not in settled and _is_unread(case, fate)]
    if unread:
        yield f"nobody has looked whether {len(unread)} of {len(case.fates)} resources are gone"


def _is_unread(case: Case, fate: Fate) -> bool:
    looked_for = fate.method is not Method.RETAINED and not fate.state_only
    return looked_for and case.reading(fate).finding is Finding.UNREAD


def _not_validated(case: Case, subject: str, last: str | None) -> Iterator[str]:
    validation = case.validation
    if validation is None:
        yield "nobody else has validated the outcome"
    elif validation.subject != subject:
        yield "something has changed since the outcome was validated"
    elif last is not None and moment(validation.deed.at) < moment(last):
        yield "the outcome was validated before the last date; it is to be validated once more after it"


def _is_ahead(until: str | None, now: datetime) -> bool:
    return until is not None and moment(until) > now


def _until(until: str | None) -> str:
    return f" until {until[:10]}" if until else ", nothing says until when"
