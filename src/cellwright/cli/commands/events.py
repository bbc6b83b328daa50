"""`cellwright events` and `events verify`."""

from collections.abc import Callable, Iterator
from itertools import islice

from cellwright.api import events as document
from cellwright.api.document import print_elements
from cellwright.app.history import events as use_case
from cellwright.cli import errors
from cellwright.cli.arguments.declaring import Everywhere
from cellwright.cli.arguments.history import EventsArguments
from cellwright.cli.progress.working import working
from cellwright.cli.session import Session
from cellwright.cli.trail_choice import chosen_events
from cellwright.cli.views.text import trail as text
from cellwright.model.event import Event

_PAGE = 500


def events(session: Session, arguments: EventsArguments) -> int:
    """Print the audit trail as it is read."""
    found = _found(session, arguments)
    if session.json:
        print_elements(document.event(item) for item in found)
        return errors.DONE
    for number, page in enumerate(_pages(found)):
        lines = text.plain_events(page, headed=number == 0) if session.output.endless else None
        if lines is None:
            session.output.show(text.events(page, headed=number == 0))
        else:
            session.output.stream.write(lines)
    return errors.DONE


def _found(session: Session, arguments: EventsArguments) -> Iterator[Event]:
    only = chosen_events(arguments)
    if arguments.last is not None:
        return iter(use_case.latest_events(session.fleet, arguments.last, only))
    request = use_case.EventsRequest(only=only, after=arguments.after, limit=arguments.limit)
    return iter(use_case.events(session.fleet, request))


def _pages(found: Iterator[Event]) -> Iterator[tuple[Event, ...]]:
    """At least one page, which may be empty; columns are aligned within a page, and no page is kept."""
    yield tuple(islice(found, _PAGE))
    while page := tuple(islice(found, _PAGE)):
        yield page


def verify(session: Session, _arguments: Everywhere) -> int:
    """Say whether the chain of events holds, and how far the look has come while it takes long."""
    told, said = _progress()
    with working(session.error.stream, said):
        found = use_case.verify(session.fleet, told)
    session.answer(lambda: text.verification(found), lambda: document.verification(found))
    return errors.DONE if found.fault is None else errors.FINDINGS


def _progress() -> tuple[Callable[[int, int], None], Callable[[], str]]:
    """Where to tell how far it has come, and how to say it."""
    so_far = (0, 0)

    def told(read: int, whole: int) -> None:
        nonlocal so_far
        so_far = (read, whole)

    return told, lambda: text.checking(*so_far)
