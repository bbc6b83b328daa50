"""What `demo` takes."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.cli.arguments.declaring import Act, Everywhere, declare


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArguments(Everywhere):
    """What `demo` takes."""

    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="The whole fleet: two accounts, three clients, and down again; it takes a while.",
        ),
    ] = False
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Leave the emulated AWS running until Ctrl-C, to go on by hand."),
    ] = False


demo = declare(
    "demo",
    DemoArguments,
    Act("demo", "demo"),
    """Bring up the reference fleet on an emulated AWS: an account, two clients, a change, its trail.

    Runs the real Terraform. Needs no cloud account and asks nothing.
    """,
)
