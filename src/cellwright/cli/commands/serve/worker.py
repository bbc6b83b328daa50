"""Carry out runs of the queue.

Panel: Serve 420
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ParallelOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerArguments(CommonArguments):
    """The arguments of `worker`."""

    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--labels",
            metavar="NAME=VALUE[,VALUE]",
            help="Take only units with one of these values; may be given several times, all are to hold.",
            show_default=False,
        ),
    ] = None
    parallel: ParallelOption = None
    once: Annotated[bool, typer.Option("--once", help="End as soon as no unit may begin.")] = False
    repository: Annotated[
        str | None,
        typer.Option(
            "--repository",
            metavar="URL",
            help="The fleet's git repository, on a machine without a clone: each run is at its own commit.",
            show_default=False,
        ),
    ] = None
    path: Annotated[
        str,
        typer.Option(
            "--path", metavar="FOLDER", help="The fleet's folder in that repository.", show_default=False
        ),
    ] = ""
    lease: Annotated[
        float,
        typer.Option(
            "--lease",
            min=1,
            metavar="SECONDS",
            help="After so long others take over what this worker has, if it is not heard of.",
        ),
    ] = 60.0


@command(WorkerArguments)
def worker(invocation: Invocation, arguments: WorkerArguments) -> int:
    """Carry out runs that were submitted to the ledger, beside any number of other workers.

    Ctrl-C or SIGTERM, or a drain request, lets it end what it has begun and take nothing more.
    """
    from rich.text import Text

    from cellwright.app.session.repository.serving import RepositoryAddress
    from cellwright.cli.interaction.interrupts import SignalInterrupts
    from cellwright.cli.interaction.library_logs import keep_libraries_quiet
    from cellwright.worker.work import WorkRequest, labels_of, work, work_at_commits

    invocation.refuse_server()
    keep_libraries_quiet()
    request = WorkRequest(
        labels=labels_of(arguments.labels or []),
        parallel=arguments.parallel,
        once=arguments.once,
        ttl=arguments.lease,
    )
    with SignalInterrupts(announce=lambda _level: None).listening() as signals:

        def told_to_end() -> bool:
            return signals.requested() > 0

        names: list[str] = []

        def ready(name: str) -> None:
            names.append(name)
            invocation.note(f"worker {name} takes units")

        if arguments.repository is None:
            work(invocation.fleet, request, told_to_end, ready)
        else:
            repository = RepositoryAddress(url=arguments.repository, path=arguments.path)
            work_at_commits(invocation.location(), repository, request, told_to_end, ready)
    invocation.answer(lambda: Text("worker ended"), lambda: {"worker": names[0] if names else None})
    return exit_codes.DONE
