"""Serve the fleet to an AI assistant, over MCP.

Panel: Serve 430
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class McpArguments(CommonArguments):
    """The arguments of `mcp`."""

    allow_acting: Annotated[
        bool,
        typer.Option(
            "--allow-acting",
            help="Also serve tools that begin runs; nothing is applied before a person has approved it.",
        ),
    ] = False
    tools: Annotated[
        bool, typer.Option("--tools", help="List the tools that would be served, and serve nothing.")
    ] = False


@command(McpArguments)
def mcp(invocation: Invocation, arguments: McpArguments) -> int:
    """Serve the fleet to an assistant that starts this command: over standard input and output.

    The tools only read, without --allow-acting. No tool approves plans: a person does, with `cellwright
    approve` or in the console. Needs: pip install 'cellwright[mcp]'
    """
    from importlib.util import find_spec

    from cellwright.model.diagnostic import DiagnosticError, error

    if find_spec("mcp") is None:
        told = "the MCP server needs the library mcp"
        raise DiagnosticError(error(told, "install it: pip install 'cellwright[mcp]'"))
    from cellwright.cli.interaction.library_logs import keep_libraries_quiet
    from cellwright.cli.mcp import server
    from cellwright.cli.mcp.desk import Desk
    from cellwright.cli.screen.screen import interactive

    desk = Desk(invocation)
    if arguments.tools:
        _list(invocation, server.listed(desk, acting=arguments.allow_acting))
        return exit_codes.DONE
    keep_libraries_quiet()
    if interactive():
        invocation.note("waiting for an assistant's program on standard input; Ctrl-C ends it")
    return server.serve(desk, acting=arguments.allow_acting)


def _list(invocation: Invocation, found: Sequence[tuple[str, str, bool]]) -> None:
    from cellwright.cli.views.serve import mcp_tools as view

    invocation.answer(
        lambda: view.tools(found),
        lambda: {
            "tools": [
                {"name": name, "description": description, "only_reads": reads}
                for name, description, reads in found
            ]
        },
    )
