"""Remove details of old runs; the audit trail stays whole.

Panel: Look back 340
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.session.home import KEPT_DAYS, KEPT_RUNS
from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Flowing, count, size

if TYPE_CHECKING:
    from cellwright.app.history.prune import PruneReport
    from cellwright.cli.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneArguments(CommonArguments):
    """The arguments of `prune`."""

    kept_days: Annotated[
        int,
        typer.Option(
            "--keep-days",
            min=0,
            max=36_500,
            metavar="N",
            help="Keep runs whole that ended in the last N days.",
        ),
    ] = KEPT_DAYS
    kept_runs: Annotated[
        int, typer.Option("--keep-runs", min=0, metavar="N", help="Keep the newest N runs whole.")
    ] = KEPT_RUNS
    reason: ReasonOption = ""
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Remove them; without, only say what would be removed.")
    ] = False


@command(PruneArguments)
def prune(session: Session, arguments: PruneArguments) -> int:
    """Remove details of old runs: their units' records and logs, and working folders that nobody uses.

    The audit trail stays whole, and so do runs that can be resumed and the last record of every unit.
    """
    from cellwright.api import prune as document
    from cellwright.app.history import prune as use_case
    from cellwright.cli.progress.spinner import spinner

    request = use_case.PruneRequest(
        kept_days=arguments.kept_days,
        kept_runs=arguments.kept_runs,
        reason=arguments.reason,
        carry_out=arguments.yes,
    )
    doing = "removing details of old runs" if arguments.yes else "looking for details of old runs"
    with spinner(session.error.stream, doing):
        found = use_case.prune(session.fleet, session.actor, request)
    session.answer(lambda: view(found), lambda: document.prune(found))
    return exit_codes.DONE


_DAY = len("2026-11-22")


def view(found: PruneReport) -> Group:
    """What was or would be removed, which old runs stay, and what to do next."""
    return Group(*_lines(found))


def _lines(found: PruneReport) -> Iterator[RenderableType]:
    day = found.before[:_DAY]
    if not (found.runs or found.logs or found.folders):
        yield Flowing(
            Text.assemble(("✓", palette.GOOD), f" Nothing to prune: no details are older than {day}."), 2
        )
    else:
        done, verb = ("✓ ", "Removed") if found.carried_out else ("", "Can be removed")
        lead = Text.assemble((done, palette.GOOD), f"{verb}, older than {day}: ")
        yield Flowing(lead.append(_amounts(found)), indent=2)
    if found.unfinished:
        runs = count(found.unfinished, "old run")
        stays = "stays" if found.unfinished == 1 else "stay"
        yield Flowing(
            Text(f"{runs} {stays} whole: `cellwright resume` can still go on.", style=palette.CAUTION)
        )
    yield from _ending(found)


def _amounts(found: PruneReport) -> str:
    parts = []
    if found.runs:
        parts.append(f"{count(found.records, 'record')} of units in {count(found.runs, 'run')}")
    if found.logs:
        parts.append(count(found.logs, "log"))
    if found.folders:
        parts.append(count(found.folders, "working folder"))
    files = f" ({size(found.file_bytes)} of files)" if found.logs or found.folders else ""
    return ", ".join(parts) + files


def _ending(found: PruneReport) -> Iterator[RenderableType]:
    before, after = found.ledger_bytes
    if not found.carried_out:
        if found.runs or found.logs or found.folders:
            yield Flowing(
                Text.assemble("Nothing was removed yet: repeat this with ", ("--yes", palette.ACCENT))
            )
    elif found.compacted and after < before:
        yield Flowing(
            Text(f"The ledger takes {size(after)}; before, it took {size(before)}.", style=palette.FAINT)
        )
    elif found.records:
        yield Flowing(
            Text(f"The ledger takes {size(after)}; freed space is used again.", style=palette.FAINT)
        )
