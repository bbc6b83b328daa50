"""What `init`, `check`, `show`, `explain`, `graph` and `status` take."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from cellwright.cli.arguments.declaring import Act, Everywhere, declare
from cellwright.cli.arguments.selecting import Paged, Selecting


class Format(Enum):
    """How a graph is written."""

    TEXT = "text"
    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitArguments(Everywhere):
    """What `init` takes."""

    target: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or does not exist.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainArguments(Everywhere):
    """What `explain` takes."""

    unit: Annotated[str, typer.Argument(metavar="UNIT", help="A unit's address: client/acme/app.")]
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[INPUT]",
            help="An input, or a path into one: replicas, tags.team; default: all.",
            show_default=False,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphArguments(Selecting):
    """What `graph` takes."""

    form: Annotated[
        Format,
        typer.Option(
            "--format",
            metavar="FORM",
            help="text (a tree), mermaid, dot (for Graphviz) or json.",
            show_default=False,
        ),
    ] = Format.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusArguments(Paged):
    """What `status` takes."""

    every: Annotated[
        bool, typer.Option("--all", help="List every unit, also in cells where all is up to date.")
    ] = False


init = declare(
    "init",
    InitArguments,
    Act("scaffold", "init"),
    "Scaffold a fleet repository from the reference fleet, ready to be changed.",
)
check = declare(
    "check",
    Everywhere,
    Act("check", "check"),
    """Check the whole fleet's settings: every finding in one go, with its place and what to do.

    Starts no Terraform and changes nothing. Exit code 1 if there is an error; warnings let pass.
    """,
)
show = declare(
    "show",
    Paged,
    Act("inspect", "show"),
    """Show units with their resolved inputs, as Terraform will be given them.

    Outputs of other units stand as references; sensitive values are masked.
    """,
)
explain = declare(
    "explain",
    ExplainArguments,
    Act("inspect", "explain"),
    "Show where an input's value comes from: every layer that set it, the winner last.",
)
graph = declare(
    "graph",
    GraphArguments,
    Act("inspect", "graph"),
    "Show the units and what each depends on.",
)
status = declare(
    "status",
    StatusArguments,
    Act("status", "status"),
    """Show where every unit stands: up to date, changed and why, never applied, blocked, failed.

    Compares the fleet's settings with the ledger. Starts no Terraform.
    """,
)
