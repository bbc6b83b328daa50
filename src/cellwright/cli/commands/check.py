"""`cellwright check`."""

from cellwright.app.check import check as check_fleet
from cellwright.cli import errors
from cellwright.cli.arguments import Everywhere, command
from cellwright.cli.session import Session
from cellwright.cli.views.document import findings as document
from cellwright.cli.views.text import findings as text
from cellwright.model.diagnostic import has_errors


@command(Everywhere)
def check(session: Session, _arguments: Everywhere) -> int:
    """Check the whole fleet's settings: every finding in one go, with its place and what to do.

    Starts no Terraform and changes nothing. Exit code 1 if there is an error; warnings let pass.
    """
    found = check_fleet(session.location)
    session.answer(lambda: text.findings(found, "no findings"), lambda: document.findings(found))
    return errors.FINDINGS if has_errors(found) else errors.DONE
