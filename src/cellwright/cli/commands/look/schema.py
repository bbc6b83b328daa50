"""Write JSON Schema of the fleet's files, for editors.

Panel: Look 112
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaArguments(CommonArguments):
    """The arguments of `schema`."""

    kind: Annotated[
        str, typer.Argument(metavar="[fleet|layer|cell]", help="Which file's schema.", show_default=False)
    ] = ""
    level: Annotated[
        str | None,
        typer.Argument(metavar="[LEVEL]", help="The level of the layer or cell.", show_default=False),
    ] = None
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Write every schema into this folder.", show_default=False
        ),
    ] = None


@command(SchemaArguments)
def schema(invocation: Invocation, arguments: SchemaArguments) -> int:
    """Write JSON Schema of fleet.yaml, layers and cells, for editors.

    Those of layers and cells come from the stacks' variables: descriptions, types, defaults, choices.
    Run it again when stacks change. Print one, or write all of them into a folder.
    """
    from cellwright.app.fleet.schema import writing as use_case
    from cellwright.cli.views.look import schema as view
    from cellwright.model.diagnostic import DiagnosticError, error

    invocation.refuse_server()
    if arguments.output is not None:
        if arguments.kind:
            raise DiagnosticError(error("-o writes every schema", "leave out which one, or -o DIR"))
        written = use_case.write_schemas(invocation.fleet, arguments.output)
        invocation.answer(
            lambda: view.written(written, invocation.fleet.levels()),
            lambda: {"files": [str(path) for path in written]},
        )
        return exit_codes.DONE
    match arguments.kind or "fleet":
        case "fleet" | "layer" | "cell" as kind:
            found = use_case.schema_of(invocation.fleet, kind, arguments.level)
        case other:
            raise DiagnosticError(
                error(f"there is no schema of '{other}'", "write fleet, layer LEVEL or cell LEVEL")
            )
    # The same for people and programs, and of any size.
    invocation.output.stream.write(f"{json.dumps(found, indent=None if invocation.json else 2)}\n")
    return exit_codes.DONE
