"""From what was typed to which events are meant."""

from datetime import UTC, datetime

import typer

from cellwright.cli.arguments.history import EventsArguments
from cellwright.cli.moments import parse_moment
from cellwright.ledger.read.event_filter import EventFilter, Pattern, action_pattern, subject_pattern


def chosen_events(arguments: EventsArguments) -> EventFilter:
    """Read the filter among the arguments of `events`.

    Raises:
        typer.BadParameter: a time or a selector can't be read, or two options contradict each other.
    """
    if arguments.last is not None and (arguments.after or arguments.limit is not None):
        raise typer.BadParameter("--last counts from the end, --after and --limit from the start: choose")
    now = datetime.now(UTC)
    return EventFilter(
        subjects=tuple(_subject(text) for text in arguments.subjects or ()),
        actions=tuple(action_pattern(text) for text in arguments.actions or ()),
        actors=tuple(arguments.actors or ()),
        since=_moment("--since", arguments.since, now),
        until=_moment("--until", arguments.until, now, whole_day=True),
    )


def _subject(text: str) -> Pattern:
    if "=" in text or "," in text:
        # What a label says today is not what it said then, so the trail knows addresses only.
        raise typer.BadParameter(
            f"'{text}': events are chosen by address: client/acme, client/*/app, base/**",
            param_hint="--subject",
        )
    return subject_pattern(text)


def _moment(option: str, text: str | None, now: datetime, *, whole_day: bool = False) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_moment(text, now, whole_day=whole_day)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint=option) from None
