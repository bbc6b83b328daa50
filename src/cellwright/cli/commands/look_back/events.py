"""Print the audit trail; `events verify` checks it.

Panel: Look back 330
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.times import parse_time

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation
    from cellwright.ledger.known_points import KnownPoint
    from cellwright.ledger.read.event_filter import EventFilter, Pattern
    from cellwright.model.runs.event import Event

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsArguments(CommonArguments):
    """The arguments of `events`."""

    subjects: Annotated[
        list[str] | None,
        typer.Option(
            "--subject",
            metavar="SELECTOR",
            help="What was acted on: client/acme, client/*/app, base/**, or a run's id; repeatable.",
            show_default=False,
        ),
    ] = None
    actions: Annotated[
        list[str] | None,
        typer.Option(
            "--action",
            metavar="ACTION",
            help="What was done: unit.applied, unit.*, run.started; repeatable.",
            show_default=False,
        ),
    ] = None
    actors: Annotated[
        list[str] | None,
        typer.Option(
            "--actor", metavar="TEXT", help="Who did it: any part of the name or address.", show_default=False
        ),
    ] = None
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="TIME", help="Only since then: 2026-11-22, 2026-11-22T21:48, 7d, 12h."
        ),
    ] = None
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="Only until then; a day without a time is included."),
    ] = None
    after: Annotated[
        int,
        typer.Option(
            "--after",
            min=0,
            metavar="N",
            help="Only events after this sequence number: the last one of the page before.",
            show_default=False,
        ),
    ] = 0
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="At most this many events.", show_default=False),
    ] = None
    last: Annotated[
        int | None, typer.Option("--last", min=1, metavar="N", help="Only this many of the newest events.")
    ] = None


@group(EventsArguments)
def events(invocation: Invocation, arguments: EventsArguments) -> int:
    """Print the audit trail: who did what, when and why; oldest first."""
    from cellwright.api.records import events as document
    from cellwright.cli.screen.json_output import print_elements
    from cellwright.cli.views.look_back import events as view

    found = _found(invocation, arguments)
    if invocation.json:
        print_elements(document.event(item) for item in found)
        return exit_codes.DONE
    newest = ""
    for number, page in enumerate(_pages(found)):
        headed = number == 0
        lines = view.plain_events(page, headed=headed, newest=newest) if invocation.output.endless else None
        if lines is None:
            invocation.output.show(view.events(page, headed=headed, newest=newest))
        else:
            invocation.output.stream.write(lines)
        newest = max((newest, *(item.time for item in page)))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyArguments(CommonArguments):
    """The arguments of `events verify`."""

    anchor: Annotated[
        bool,
        typer.Option(
            "--anchor", help="Also compare with the anchors outside the ledger (`audit` in fleet.yaml)."
        ),
    ] = False
    expect: Annotated[
        list[str] | None,
        typer.Option(
            "--expect",
            metavar="HASH",
            help="The trail must hold this event: its hash, or what `events tip` printed; repeatable.",
            show_default=False,
        ),
    ] = None


@command(VerifyArguments, of=events)
def verify(invocation: Invocation, arguments: VerifyArguments) -> int:
    """Check that no event was changed, removed or inserted: each holds the hash of the one before.

    Whoever can write the database can write another trail that holds: --anchor and --expect find that.
    """
    from cellwright.api.records import events as document
    from cellwright.app.history import events as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look_back import events as view

    advance, message = _verify_progress()
    with spinner(invocation.error.stream, message):
        found = invocation.look(
            use_case.verify, advance, anchors=arguments.anchor, expected=_expected(arguments.expect or ())
        )
    invocation.answer(lambda: view.verification(found), lambda: document.verification(found))
    return exit_codes.DONE if found.fault is None else exit_codes.FINDINGS


@command(CommonArguments, of=events)
def tip(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Print number and hash of the newest event, to be noted down for `events verify --expect`."""
    from cellwright.api.records import events as document
    from cellwright.app.history import events as use_case
    from cellwright.cli.views.look_back import events as view

    found = invocation.look(use_case.tip)
    invocation.answer(lambda: view.tip(found), lambda: document.tip(found))
    return exit_codes.DONE


@command(CommonArguments, of=events)
def key(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Print the public key of this machine's anchors, to be committed and listed under `audit.keys`."""
    from rich.text import Text

    from cellwright.api.records import events as document
    from cellwright.app.history import events as use_case

    found = use_case.public_key(invocation.fleet)
    invocation.answer(lambda: Text(found.rstrip("\n")), lambda: document.key(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptArguments(CommonArguments):
    """The arguments of `events accept`."""

    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; it goes into the audit trail.")
    ]


@command(AcceptArguments, of=events)
def accept(invocation: Invocation, arguments: AcceptArguments) -> int:
    """Go on with a ledger that was emptied, replaced or restored from a backup; else it is refused.

    Also mends a garbled record of where the trail ends, if the events hold.
    """
    from cellwright.api.records import events as document
    from cellwright.app.history import events as use_case
    from cellwright.cli.views.look_back import events as view

    event = use_case.accept_ledger(invocation.fleet, invocation.actor, arguments.reason)
    invocation.answer(lambda: view.events((event,), headed=True), lambda: document.event(event))
    return exit_codes.DONE


def _expected(texts: Sequence[str]) -> tuple[KnownPoint, ...]:
    from cellwright.app.history.events import parse_point

    try:
        return tuple(parse_point(text) for text in texts)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint="--expect") from None


def _found(invocation: Invocation, arguments: EventsArguments) -> Iterator[Event]:
    from cellwright.app.history import events as use_case

    only = _filter(arguments)
    if arguments.last is not None:
        return iter(invocation.look(use_case.latest_events, arguments.last, only))
    request = use_case.EventsRequest(only=only, after=arguments.after, limit=arguments.limit)
    return iter(invocation.look(use_case.events, request))


def _filter(arguments: EventsArguments) -> EventFilter:
    """Make the filter of the arguments.

    Raises:
        typer.BadParameter: a time or a selector can't be read, or two options contradict each other.
    """
    from cellwright.ledger.read.event_filter import EventFilter, action_pattern

    if arguments.last is not None and (arguments.after or arguments.limit is not None):
        raise typer.BadParameter("--last counts from the end, --after and --limit from the start: choose")
    now = datetime.now(UTC)
    return EventFilter(
        subjects=tuple(_subject(text) for text in arguments.subjects or ()),
        actions=tuple(action_pattern(text) for text in arguments.actions or ()),
        actors=tuple(arguments.actors or ()),
        since=_time("--since", arguments.since, now),
        until=_time("--until", arguments.until, now, whole_day=True),
    )


def _subject(text: str) -> Pattern:
    from cellwright.ledger.read.event_filter import subject_pattern

    if "=" in text or "," in text:
        # A label may have changed since the event, so the trail is filtered by address only.
        raise typer.BadParameter(
            f"'{text}': events are chosen by address: client/acme, client/*/app, base/**",
            param_hint="--subject",
        )
    return subject_pattern(text)


def _time(option: str, text: str | None, now: datetime, *, whole_day: bool = False) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_time(text, now, whole_day=whole_day)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint=option) from None


def _pages(found: Iterator[Event]) -> Iterator[tuple[Event, ...]]:
    """At least one page, which may be empty; columns are aligned within a page, and no page is kept."""
    yield tuple(islice(found, _PAGE))
    while page := tuple(islice(found, _PAGE)):
        yield page


def _verify_progress() -> tuple[Callable[[int, int], None], Callable[[], str]]:
    """A callback that takes how many events were checked, and a function that puts it into words."""
    from cellwright.cli.views.look_back import events as view

    checked = (0, 0)

    def advance(read: int, total: int) -> None:
        nonlocal checked
        checked = (read, total)

    return advance, lambda: view.checking(*checked)
