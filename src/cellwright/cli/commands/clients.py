"""`cellwright onboard` and `offboard`: the life of a client cell."""

from cellwright.app.clients.offboard import OffboardRequest
from cellwright.app.clients.offboard import offboard as offboard_client
from cellwright.app.clients.onboard import OnboardRequest
from cellwright.app.clients.onboard import onboard as onboard_client
from cellwright.cli.approval import confirm_farewell
from cellwright.cli.arguments.clients import OffboardArguments, OnboardArguments, parse_settings
from cellwright.cli.attendance import answer_run, attended
from cellwright.cli.session import Session
from cellwright.engine.approval import Uninterrupted


def onboard(session: Session, arguments: OnboardArguments) -> int:
    """Write, commit and bring up a client."""
    request = OnboardRequest(
        name=arguments.name,
        level=arguments.level,
        settings=parse_settings(arguments.settings or ()),
        parallel=arguments.parallel,
        reason=arguments.reason,
    )
    with attended(session.error, preapproved=arguments.yes) as attendance:
        report = onboard_client(session.fleet, session.actor, request, attendance.talk)
    return answer_run(session, report, attendance)


def offboard(session: Session, arguments: OffboardArguments) -> int:
    """Destroy a client and remove its settings, once its name was typed."""
    if not arguments.yes:
        confirm_farewell(session.error, arguments.name, Uninterrupted())
    request = OffboardRequest(name=arguments.name, reason=arguments.reason)
    with attended(session.error, preapproved=True) as attendance:
        report = offboard_client(session.fleet, session.actor, request, attendance.talk)
    return answer_run(session, report, attendance)
