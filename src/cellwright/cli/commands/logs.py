"""Print the output of Terraform in a run.

Panel: Look back 320
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK
from cellwright.cli.screen.screen import plain_line

if TYPE_CHECKING:
    from cellwright.app.history.logs import UnitLog
    from cellwright.cli.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsArguments(CommonArguments):
    """The arguments of `logs`."""

    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id; `cellwright runs` lists them.")]
    unit: Annotated[
        str | None,
        typer.Argument(
            metavar="[UNIT]", help="A unit's address; default: all units of the run.", show_default=False
        ),
    ] = None


@command(LogsArguments)
def logs(session: Session, arguments: LogsArguments) -> int:
    """Print the output of Terraform in a run, unit by unit, never interleaved."""
    from cellwright.api import logs as document
    from cellwright.app.history import logs as use_case

    found = use_case.logs(session.fleet, use_case.LogsRequest(run=arguments.run, unit=arguments.unit))
    if session.json or not session.output.endless:
        session.answer_in_parts(lambda: view(found), lambda: document.logs(arguments.run, found))
        return exit_codes.DONE
    for line in view(found):
        session.output.stream.write(f"{plain_line(line)}\n")
    return exit_codes.DONE


def view(found: Sequence[UnitLog]) -> Iterator[Text]:
    """Each log, line by line as it is read; several logs have their units' addresses as headings."""
    if not found:
        yield Text("no unit of this run left a log on this machine")
    for number, log in enumerate(found):
        if len(found) > 1:
            if number:
                yield BLANK
            yield Text.assemble((str(log.unit), palette.STRONG), (f"  {log.path}", palette.FAINT))
        yield from (Text(line, no_wrap=True, overflow="ignore") for line in log.lines())
