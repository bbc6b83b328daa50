"""Serve completion, hover and findings to an editor.

Panel: Serve 440
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@command(CommonArguments)
def language_server(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Serve an editor: completion, hover, definitions and findings in the fleet's files.

    The editor starts it, and speaks the Language Server Protocol with it on standard input and output;
    docs/editors.md says how each is told to. It finds the fleet from the file that is open. It needs the
    extra `editor`: pip install 'cellwright[editor]'
    """
    from cellwright.model.diagnostic import DiagnosticError, error

    invocation.refuse_server()
    try:
        from cellwright.editor.server import serve
    except ModuleNotFoundError as missing:
        if missing.name not in {"pygls", "lsprotocol"}:
            raise
        raise DiagnosticError(
            error("the language server is not installed", "pip install 'cellwright[editor]'")
        ) from None
    serve(invocation.environment)
    return exit_codes.DONE
