"""`cellwright status`."""

from cellwright.api import status as document
from cellwright.app.status.status import StatusRequest
from cellwright.app.status.status import status as fleet_status
from cellwright.cli import errors
from cellwright.cli.arguments.looking import StatusArguments
from cellwright.cli.progress.working import working
from cellwright.cli.session import Session
from cellwright.cli.views.text import standing as text


def status(session: Session, arguments: StatusArguments) -> int:
    """Print where every chosen unit stands."""
    request = StatusRequest(
        selectors=arguments.chosen_selectors, relatives=arguments.relatives, page=arguments.page
    )
    with working(session.error.stream, "comparing the fleet with the ledger"):
        found = fleet_status(session.fleet, request)
    session.answer(lambda: text.status(found, every=arguments.every), lambda: document.status(found))
    return errors.DONE
