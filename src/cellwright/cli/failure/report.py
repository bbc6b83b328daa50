"""Prints why a command failed, and chooses its exit code."""

import os

import typer
from rich.text import Text

from cellwright.api import diagnostics as document
from cellwright.api.document import IncompleteDocumentError
from cellwright.cli import exit_codes
from cellwright.cli.failure.exceptions import CommandInterruptedError, FleetFailedError
from cellwright.cli.failure.unexpected import internal_error, system_error
from cellwright.cli.failure.unknown import unknown_word
from cellwright.cli.screen import palette
from cellwright.cli.screen.json_output import print_document
from cellwright.cli.screen.screen import Screen, standard_error
from cellwright.cli.views import diagnostics
from cellwright.cli.views.excerpt import Finding
from cellwright.model.diagnostic import DiagnosticError, error


def report(fault: Exception, *, json: bool) -> int:
    """Print `fault`: as the one JSON document if JSON was asked for, else on standard error.

    Returns the exit code.
    """
    if isinstance(fault, IncompleteDocumentError) and isinstance(fault.__cause__, Exception):
        return report(fault.__cause__, json=False)
    excerpts = None
    if isinstance(fault, FleetFailedError):
        excerpts, fault = fault.excerpts, fault.failure
    found, code = _described(fault)
    if json:
        print_document(document.diagnostics(found.diagnostics))
        return code
    screen = standard_error(os.environ)
    screen.excerpts = excerpts
    for item in found.diagnostics:
        screen.show(Finding(diagnostics.line(item), item))
    if isinstance(fault, typer.TyperException) and unknown_word(fault) is None:
        _print_usage(fault, screen)
    return code


def _described(fault: Exception) -> tuple[DiagnosticError, int]:
    match fault:
        case DiagnosticError():
            return fault, exit_codes.FINDINGS
        case typer.TyperException():
            message = (
                fault.format_message()
                .removeprefix("Invalid value: ")
                .replace("Value error, ", "")
                .rstrip(".")
            )
            return DiagnosticError(unknown_word(fault) or error(message)), fault.exit_code
        case CommandInterruptedError():
            return DiagnosticError(error("interrupted")), exit_codes.INTERRUPTED
        case typer.Abort():
            return DiagnosticError(error("the question was not answered")), exit_codes.FINDINGS
        case OSError():
            return system_error(fault), exit_codes.FINDINGS
        case _:
            return internal_error(fault), exit_codes.INTERNAL


def _print_usage(fault: typer.TyperException, screen: Screen) -> None:
    context = getattr(fault, "ctx", None)
    if context is None:
        return
    screen.show(Text(context.get_usage(), style=palette.FAINT))
    screen.show(Text.assemble("See ", (f"{context.command_path} --help", palette.ACCENT)))
