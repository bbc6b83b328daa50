"""The entry point: finds the command, runs it, turns whatever happens into an exit code."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from cellwright import __version__
from cellwright.cli import errors
from cellwright.cli.group import LazyGroup
from cellwright.cli.options import Chosen, FleetOption, JsonOption, LedgerOption, NoRelayOption

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
def root(
    context: typer.Context,
    *,
    version: VersionOption = False,  # noqa: ARG001  its callback does the work
    fleet: FleetOption = None,
    ledger: LedgerOption = None,
    no_relay: NoRelayOption = False,
    json: JsonOption = False,
) -> None:
    """Run many isolated cells of infrastructure on Terraform or OpenTofu, from one fleet repository."""
    context.obj = Chosen(fleet=fleet, ledger=ledger, no_relay=no_relay, json=json)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(errors.USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, whatever happens."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        try:
            code = _run(given)
        except Exception as fault:  # noqa: BLE001  the last door: whatever comes gets a message and a code
            code = _failed(fault, json=errors.wants_json(given))
        sys.stdout.flush()
    except (BrokenPipeError, errors.OutputGone):
        errors.silence_output()
        return errors.BROKEN_PIPE
    except OSError as fault:
        errors.silence_output()
        return _failed(fault, json=False)
    return code


def _run(given: Sequence[str]) -> int:
    command = get_command(app)
    return command.main(args=given, prog_name=PROGRAM, standalone_mode=False) or errors.DONE


def _failed(fault: Exception, *, json: bool) -> int:
    if isinstance(fault, BrokenPipeError | errors.OutputGone):
        raise fault
    # Imported here, because a call that succeeds and prints no view should not wait for Rich to load.
    from cellwright.cli import failures  # noqa: PLC0415

    return failures.report(fault, json=json)
