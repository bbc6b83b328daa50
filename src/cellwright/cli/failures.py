"""Says why a command could not do its work, and with which code it ends."""

import os

import typer
from rich.text import Text

from cellwright.api import findings as document
from cellwright.api.document import AnswerBroken, print_document
from cellwright.cli import errors
from cellwright.cli.screen import Screen, standard_error
from cellwright.cli.views.text import findings, palette
from cellwright.cli.views.text.layout import Flowing
from cellwright.model.diagnostic import DiagnosticError, error


def report(fault: Exception, *, json: bool) -> int:
    """Print `fault`: as the one JSON document if JSON was asked for, else on standard error.

    Returns the exit code.
    """
    if isinstance(fault, AnswerBroken) and isinstance(fault.__cause__, Exception):
        return report(fault.__cause__, json=False)
    found, code = _judged(fault)
    if json:
        print_document(document.findings(found.diagnostics))
        return code
    screen = standard_error(os.environ)
    for item in found.diagnostics:
        screen.show(Flowing(findings.line(item), indent=4))
    if isinstance(fault, typer.TyperException):
        _usage(fault, screen)
    return code


def _judged(fault: Exception) -> tuple[DiagnosticError, int]:
    match fault:
        case DiagnosticError():
            return fault, errors.FINDINGS
        case typer.TyperException():
            said = fault.format_message().removeprefix("Invalid value: ").rstrip(".")
            return DiagnosticError(error(said)), fault.exit_code
        case errors.Interrupted():
            return DiagnosticError(error("interrupted")), errors.INTERRUPTED
        case typer.Abort():
            return DiagnosticError(error("nothing was answered")), errors.FINDINGS
        case OSError():
            return errors.world_failure(fault), errors.FINDINGS
        case _:
            return errors.bug(fault), errors.INTERNAL


def _usage(fault: typer.TyperException, screen: Screen) -> None:
    context = getattr(fault, "ctx", None)
    if context is None:
        return
    screen.show(Text(context.get_usage(), style=palette.FAINT))
    screen.show(Text.assemble("See ", (f"{context.command_path} --help", palette.FRESH)))
