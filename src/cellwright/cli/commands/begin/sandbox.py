"""Run an empty, emulated AWS, or one command in it.

Panel: Begin 15
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cellwright.cli.invocation import Invocation
    from cellwright.sandbox.process import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxArguments(CommonArguments):
    """The arguments of `sandbox`."""

    given: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[-- COMMAND...]",
            help="Run this in the sandbox, then end it; default: until Ctrl-C.",
            show_default=False,
        ),
    ] = None
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, metavar="N", help="Default: any port that is free.")
    ] = 0


@command(SandboxArguments)
def sandbox(invocation: Invocation, arguments: SandboxArguments) -> int:
    """Run an empty, emulated AWS on this machine, and print what makes programs use it; needs no account.

    It ends, with all that was made in it, at Ctrl-C or with the command; the exit code is the command's.
    """
    import tempfile
    from pathlib import Path

    from cellwright.sandbox.process import start_sandbox

    invocation.refuse_server()
    with (
        tempfile.TemporaryDirectory(prefix="cellwright-sandbox-") as folder,
        start_sandbox(Path(folder), invocation.environment, port=arguments.port) as running,
    ):
        if arguments.given:
            return _run(arguments.given, running, invocation.environment)
        return _serve(invocation, running)


def _run(given: list[str], running: Sandbox, ambient: Mapping[str, str]) -> int:
    from cellwright.cli.interaction.attached import signals_passed_to
    from cellwright.terraform.process.attached import AttachedProcess

    # No part of an account that is the person's own: nothing may reach it from a sandbox.
    kept = {name: text for name, text in ambient.items() if not name.startswith("AWS_")}
    process = AttachedProcess.start(given, None, {**kept, **running.environment})
    with signals_passed_to(process):
        return process.wait()


def _serve(invocation: Invocation, running: Sandbox) -> int:
    import shlex
    import time

    from rich.text import Text

    from cellwright.cli import exit_codes
    from cellwright.cli.interaction.interrupts import SignalInterrupts
    from cellwright.model.diagnostic import DiagnosticError, error

    signals = SignalInterrupts(lambda _level: None)
    with signals.listening():
        lines = [f"export {name}={shlex.quote(text)}" for name, text in running.environment.items()]
        invocation.answer(
            lambda: Text("\n".join(lines), no_wrap=True, overflow="ignore"),
            lambda: {"endpoint": running.endpoint, "environment": dict(running.environment)},
        )
        invocation.output.stream.flush()
        invocation.note("An emulated AWS answers until Ctrl-C. Copy these lines into another terminal.")
        while not signals.requested():
            if running.ended:
                raise DiagnosticError(error("the sandbox has ended by itself", "start it again"))
            time.sleep(_LOOK)
    return exit_codes.DONE


_LOOK = 0.2
"""Seconds between two looks for Ctrl-C."""
