"""`cellwright policy` and `policy test`."""

from cellwright.api import policy as document
from cellwright.app.fleet import policy as use_case
from cellwright.cli import errors
from cellwright.cli.arguments.declaring import Everywhere
from cellwright.cli.arguments.policies import TrialArguments
from cellwright.cli.session import Session
from cellwright.cli.views.text import policies as text


def overview(session: Session, _arguments: Everywhere) -> int:
    """List the rules that are switched on."""
    found = use_case.list_policies(session.fleet)
    session.answer(lambda: text.in_force(found), lambda: document.in_force(found))
    return errors.DONE


def trial(session: Session, arguments: TrialArguments) -> int:
    """Run the policies' own tests; one that fails makes exit code 1."""
    folder = arguments.folder
    found = use_case.run_folder_tests(folder) if folder else use_case.run_fleet_tests(session.fleet)
    session.answer(lambda: text.trial(found), lambda: document.trial(found))
    return errors.DONE if all(item.passed for item in found) else errors.FINDINGS
