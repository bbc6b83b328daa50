"""`cellwright check`."""

from cellwright.api import findings as document
from cellwright.app.fleet.check import check as check_fleet
from cellwright.cli import errors
from cellwright.cli.arguments.declaring import Everywhere
from cellwright.cli.progress.working import working
from cellwright.cli.session import Session
from cellwright.cli.views.text import findings as text
from cellwright.model.diagnostic import has_errors


def check(session: Session, _arguments: Everywhere) -> int:
    """Print every finding; errors, not warnings, make exit code 1."""
    with working(session.error.stream, "reading the fleet"):
        found = check_fleet(session.fleet)
    session.answer(lambda: text.findings(found, "no findings"), lambda: document.findings(found))
    return errors.FINDINGS if has_errors(found) else errors.DONE
