"""`cellwright init`."""

from cellwright.api import init as document
from cellwright.app.fleet.init import init as scaffold_fleet
from cellwright.cli import errors
from cellwright.cli.arguments.looking import InitArguments
from cellwright.cli.session import Session
from cellwright.cli.views.text import scaffold as text


def init(session: Session, arguments: InitArguments) -> int:
    """Write a fleet repository and say what to try next."""
    target = arguments.target
    written = scaffold_fleet(target, session.environment)
    session.answer(lambda: text.scaffolded(target, written), lambda: document.scaffolded(target, written))
    return errors.DONE
