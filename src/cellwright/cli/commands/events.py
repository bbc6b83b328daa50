"""`cellwright events` and `events verify`."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cellwright.app import audit as use_case
from cellwright.cli import errors
from cellwright.cli.arguments import Everywhere, callback
from cellwright.cli.document import print_elements
from cellwright.cli.session import Session
from cellwright.cli.views.document import trail as document
from cellwright.cli.views.text import trail as text
from cellwright.model.event import Event

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsArguments(Everywhere):
    """What `events` takes."""

    after: Annotated[
        int, typer.Option("--after", min=0, metavar="N", help="Only events with a higher sequence number.")
    ] = 0
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="At most so many.", show_default=False)
    ] = None


def list_events(session: Session, arguments: EventsArguments) -> int:
    """Print the audit trail: who did what, when and why; oldest first."""
    found = use_case.events(session.location, arguments.after, arguments.limit)
    if session.json:
        print_elements(document.event(item) for item in found)
        return errors.DONE
    for number, page in enumerate(_pages(found)):
        session.output.print(text.events(page, headed=number == 0))
    return errors.DONE


def _pages(found: Iterator[Event]) -> Iterator[tuple[Event, ...]]:
    """At least one page, which may be empty; columns are aligned within a page, and no page is kept."""
    yield tuple(islice(found, _PAGE))
    while page := tuple(islice(found, _PAGE)):
        yield page


def verify(session: Session, _arguments: Everywhere) -> int:
    """Check that no event was changed, left out or put in: each names the hash of the one before."""
    found = use_case.verify(session.location)
    session.answer(lambda: text.verification(found), lambda: document.verification(found))
    return errors.DONE if found.fault is None else errors.FINDINGS


def _group() -> TyperGroup:
    app = typer.Typer(name="events", add_completion=False)
    app.callback(invoke_without_command=True)(callback(list_events, EventsArguments))
    app.command("verify")(callback(verify, Everywhere))
    made = get_command(app)
    if not isinstance(made, TyperGroup):
        raise TypeError("events made no group")
    return made


events = _group()
