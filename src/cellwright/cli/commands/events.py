"""`cellwright events` and `events verify`."""

from collections.abc import Iterator
from itertools import islice

from cellwright.app import audit as use_case
from cellwright.cli import errors
from cellwright.cli.arguments.declaring import Everywhere
from cellwright.cli.arguments.history import EventsArguments
from cellwright.cli.document import print_elements
from cellwright.cli.session import Session
from cellwright.cli.views.document import trail as document
from cellwright.cli.views.text import trail as text
from cellwright.model.event import Event

_PAGE = 500


def events(session: Session, arguments: EventsArguments) -> int:
    """Print the audit trail as it is read."""
    found = iter(use_case.events(session.location, arguments.after, arguments.limit))
    if session.json:
        print_elements(document.event(item) for item in found)
        return errors.DONE
    for number, page in enumerate(_pages(found)):
        session.output.show(text.events(page, headed=number == 0))
    return errors.DONE


def _pages(found: Iterator[Event]) -> Iterator[tuple[Event, ...]]:
    """At least one page, which may be empty; columns are aligned within a page, and no page is kept."""
    yield tuple(islice(found, _PAGE))
    while page := tuple(islice(found, _PAGE)):
        yield page


def verify(session: Session, _arguments: Everywhere) -> int:
    """Say whether the chain of events holds."""
    found = use_case.verify(session.location)
    session.answer(lambda: text.verification(found), lambda: document.verification(found))
    return errors.DONE if found.fault is None else errors.FINDINGS
