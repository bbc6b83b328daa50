"""`cellwright runs` and `logs`."""

from cellwright.api import runs as document
from cellwright.app.history.logs import LogsRequest
from cellwright.app.history.logs import logs as run_logs
from cellwright.app.history.runs import RunsRequest
from cellwright.app.history.runs import runs as list_runs
from cellwright.cli import errors
from cellwright.cli.arguments.history import LogsArguments, RunsArguments
from cellwright.cli.screen import plain_line
from cellwright.cli.session import Session
from cellwright.cli.views.text import logs as log_text
from cellwright.cli.views.text import runs as text


def runs(session: Session, arguments: RunsArguments) -> int:
    """Print the newest runs."""
    found = list_runs(session.fleet, RunsRequest(limit=arguments.limit, before=arguments.before))
    session.answer(lambda: text.runs(found), lambda: document.runs(found))
    return errors.DONE


def logs(session: Session, arguments: LogsArguments) -> int:
    """Print the logs of a run's units."""
    found = run_logs(session.fleet, LogsRequest(run=arguments.run, unit=arguments.unit))
    if session.json or not session.output.endless:
        session.answer_in_parts(lambda: log_text.logs(found), lambda: document.logs(arguments.run, found))
        return errors.DONE
    for line in log_text.logs(found):
        session.output.stream.write(f"{plain_line(line)}\n")
    return errors.DONE
