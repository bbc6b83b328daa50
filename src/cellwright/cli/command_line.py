"""The command line as a whole: finds the command, runs it, and returns its exit code."""

import atexit
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, cast, get_type_hints

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cellwright import __version__
from cellwright.cli import exit_codes
from cellwright.cli.command_group import LazyGroup
from cellwright.cli.failure.exceptions import CommandInterruptedError, OutputClosedError
from cellwright.cli.late_interrupts import ignore_interrupts, interrupts_as_before
from cellwright.cli.options import (
    CommonOptions,
    FleetOption,
    JsonOption,
    LedgerOption,
    NoRelayOption,
    ServerOption,
)
from cellwright.cli.parser.conversion import convert_where_needed

PROGRAM = "cellwright"

app = typer.Typer(
    name=PROGRAM,
    cls=LazyGroup,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  Typer calls it with the option's value
    if wanted:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool,
    typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True),
]


@app.callback(invoke_without_command=True)
def root(  # noqa: PLR0913  the options that are accepted everywhere
    context: typer.Context,
    *,
    version: VersionOption = False,  # noqa: ARG001  its callback does the work
    fleet: FleetOption = None,
    ledger: LedgerOption = None,
    no_relay: NoRelayOption = False,
    server: ServerOption = None,
    json: JsonOption = False,
) -> None:
    """Run many isolated cells of infrastructure on Terraform or OpenTofu, from one fleet repository."""
    context.obj = CommonOptions(fleet=fleet, ledger=ledger, no_relay=no_relay, server=server, json=json)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(exit_codes.USAGE)


def run(given: Sequence[str]) -> int:
    """Run a command with its arguments; returns the exit code, also after an unexpected exception."""
    # The answer is given by then: an interrupt while Python ends would only print a traceback beside it.
    atexit.unregister(ignore_interrupts)
    atexit.register(ignore_interrupts)
    with interrupts_as_before():
        return _answered(given)


def _answered(given: Sequence[str]) -> int:
    try:
        try:
            code = _invoke(given)
        except Exception as fault:  # noqa: BLE001  every exception gets a message and an exit code
            code = _failed(fault, json=_wants_json(given))
        except KeyboardInterrupt:
            code = _failed(CommandInterruptedError(), json=_wants_json(given))
        sys.stdout.flush()
    except (BrokenPipeError, OutputClosedError):
        _discard_output()
        return exit_codes.BROKEN_PIPE
    except OSError as fault:
        _discard_output()
        from cellwright.cli.screen.streams import OutputLostError  # noqa: PLC0415  for this alone

        return _failed(OutputLostError.of(fault), json=False)
    return code


def _invoke(given: Sequence[str]) -> int:
    command = cast("TyperGroup", get_command(app))
    convert_where_needed(command, get_type_hints(root, include_extras=True))
    return command.main(args=list(given), prog_name=PROGRAM, standalone_mode=False) or exit_codes.DONE


def _failed(fault: Exception, *, json: bool) -> int:
    if isinstance(fault, BrokenPipeError | OutputClosedError):
        raise fault
    # Imported here, because `--version` and `--help` should not wait for Rich to load.
    from cellwright.cli.failure.report import report  # noqa: PLC0415

    if isinstance(fault, OSError) and _is_of_typer(fault):
        from cellwright.cli.failure.unexpected import text_lost  # noqa: PLC0415  as above

        return report(text_lost(fault), json=False)
    return report(fault, json=json)


def _is_of_typer(fault: OSError) -> bool:
    """Tell whether Typer could not write what it prints itself: help, the version, what a shell completes."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_globals.get("__name__") == typer.echo.__module__


def _discard_output() -> None:
    """Point standard output at nothing, so that its last flush does not fail on a closed pipe."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def _wants_json(arguments: Sequence[str]) -> bool:
    """Tell from an unparsed command line whether the answer must be JSON."""
    before_end = arguments[: arguments.index("--")] if "--" in arguments else arguments
    after_option = (word for option, word in pairwise(before_end) if option == "--format")
    return "--json" in before_end or "--format=json" in before_end or "json" in after_option
