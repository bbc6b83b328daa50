"""What `ip show`, `ip check`, `ip free` and `ip history` take."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cellwright.cli.arguments.declaring import Act, Everywhere, callback
from cellwright.cli.help import HelpfulCommand, HelpfulGroup

PoolArgument = Annotated[
    str | None,
    typer.Argument(metavar="[POOL]", help="A pool's name; default: all.", show_default=False),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowArguments(Everywhere):
    """What `ip show` takes."""

    pool: PoolArgument = None
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Draw the pools into an SVG file as well."),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeArguments(Everywhere):
    """What `ip free` takes."""

    size: Annotated[int, typer.Option("--size", min=0, max=128, metavar="N", help="A prefix length: 22.")]
    pool: PoolArgument = None
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="N", help="At most so many of each pool.")
    ] = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryArguments(Everywhere):
    """What `ip history` takes."""

    block: Annotated[
        str, typer.Argument(metavar="CIDR", help="A block or an address: 10.64.0.0/22, 10.64.1.17.")
    ]


def _ip() -> TyperGroup:
    app = typer.Typer(name="ip", add_completion=False, rich_markup_mode=None)
    app.callback(
        cls=HelpfulGroup,
        invoke_without_command=True,
        help="Show and check who holds which block of addresses; alone, it is `ip show`.",
    )(callback(Everywhere, Act("addresses", "overview")))
    commands = (
        ("show", ShowArguments, "Draw each pool: what is used, free and in quarantine, and by whom."),
        (
            "check",
            Everywhere,
            "Prove that no blocks overlap, all lie in their pools, and what Terraform built agrees.",
        ),
        ("free", FreeArguments, "List free blocks of a size; the one to be given next comes first."),
        ("history", HistoryArguments, "Tell from git and the ledger who held a block from when to when."),
    )
    for name, arguments, text in commands:
        app.command(name, cls=HelpfulCommand, help=text)(callback(arguments, Act("addresses", name)))
    made = get_command(app)
    if not isinstance(made, TyperGroup):
        raise TypeError(f"ip made a {type(made).__name__}, not a group")
    return made


ip = _ip()
