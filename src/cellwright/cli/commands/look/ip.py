"""Show and check which cell holds which block of addresses.

Panel: Look 160
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command, group
from cellwright.cli.parser.selection import NoVerifyOption, ReasonOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation

PoolArgument = Annotated[
    str | None,
    typer.Argument(metavar="[POOL]", help="A pool's name; default: all.", show_default=False),
]


@group(CommonArguments)
def ip(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Show and check which cell holds which block of addresses; alone, it is `ip show`."""
    return _show(invocation, pool=None, svg=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowArguments(CommonArguments):
    """The arguments of `ip show`."""

    pool: PoolArgument = None
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Draw the pools into an SVG file as well."),
    ] = None


@command(ShowArguments, of=ip)
def show(invocation: Invocation, arguments: ShowArguments) -> int:
    """Draw each pool: which blocks are used and by which cell, free, or in quarantine."""
    return _show(invocation, arguments.pool, arguments.svg)


def _show(invocation: Invocation, pool: str | None, svg: Path | None) -> int:
    from cellwright.api.fleet import ip as document
    from cellwright.app.ip import pools as use_case
    from cellwright.cli.views.look import ip as view
    from cellwright.cli.views.look import ip_svg

    found = invocation.look(use_case.show_pools, pool)
    if svg is not None:
        svg.write_text(ip_svg.pools(found), encoding="utf-8")
    invocation.answer(lambda: view.pools(found), lambda: document.pools(found))
    return exit_codes.DONE


@command(CommonArguments, of=ip)
def check(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Check that no blocks overlap, all lie in their pools, and the ledger agrees."""
    from cellwright.api import diagnostics as document
    from cellwright.app.ip import check as use_case
    from cellwright.cli.views import diagnostics as view
    from cellwright.model.diagnostic import has_errors

    found = invocation.look(use_case.check_addresses)
    invocation.answer(
        lambda: view.diagnostics(found, "files and ledger agree, and no two blocks overlap"),
        lambda: document.diagnostics(found),
    )
    return exit_codes.FINDINGS if has_errors(found) else exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeArguments(CommonArguments):
    """The arguments of `ip free`."""

    size: Annotated[int, typer.Option("--size", min=0, max=128, metavar="N", help="A prefix length: 22.")]
    pool: PoolArgument = None
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="N", help="At most this many of each pool.")
    ] = 20


@command(FreeArguments, of=ip)
def free(invocation: Invocation, arguments: FreeArguments) -> int:
    """List free blocks of a size; the next one to be allocated comes first."""
    from cellwright.api.fleet import ip as document
    from cellwright.app.ip import free as use_case
    from cellwright.cli.views.look import ip as view

    request = use_case.FreeRequest(size=arguments.size, pool=arguments.pool, limit=arguments.limit)
    found = invocation.look(use_case.free_blocks, request)
    invocation.answer(lambda: view.free(found), lambda: document.free(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveArguments(CommonArguments):
    """The arguments of `ip move`."""

    cell: Annotated[
        str, typer.Argument(metavar="CELL", help="The cell: client/acme.", autocompletion=completion.cells)
    ]
    pool: Annotated[
        str | None,
        typer.Option(
            "--pool",
            metavar="POOL",
            help="Move its block of this pool, though no other cell has it.",
            show_default=False,
        ),
    ] = None
    reason: ReasonOption = ""
    no_verify: NoVerifyOption = False


@command(MoveArguments, of=ip)
def move(invocation: Invocation, arguments: MoveArguments) -> int:
    """Give a cell another block, in its file and in a commit: it has one that another cell has too."""
    from cellwright.api.fleet import ip as document
    from cellwright.app.clients import moving as use_case
    from cellwright.cli.views.look import ip as view

    request = use_case.MoveRequest(
        cell=arguments.cell, pool=arguments.pool, reason=arguments.reason, hooks=not arguments.no_verify
    )
    moved = use_case.move_blocks(invocation.fleet, invocation.actor, request)
    invocation.answer(lambda: view.moved(moved), lambda: document.moved(moved))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseArguments(CommonArguments):
    """The arguments of `ip release`."""

    block: Annotated[str, typer.Argument(metavar="CIDR", help="A block: 10.64.0.0/22.")]
    reason: ReasonOption = ""


@command(ReleaseArguments, of=ip)
def release(invocation: Invocation, arguments: ReleaseArguments) -> int:
    """End a claim on a block that only the ledger has: its cell was never committed, or is gone for good."""
    from cellwright.api.fleet import ip as document
    from cellwright.app.clients import moving as use_case
    from cellwright.cli.views.look import ip as view

    found = use_case.release_claims(invocation.fleet, invocation.actor, arguments.block, arguments.reason)
    invocation.answer(lambda: view.released(found), lambda: document.released(found))
    return exit_codes.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryArguments(CommonArguments):
    """The arguments of `ip history`."""

    block: Annotated[
        str, typer.Argument(metavar="CIDR", help="A block or an address: 10.64.0.0/22, 10.64.1.17.")
    ]


@command(HistoryArguments, of=ip)
def history(invocation: Invocation, arguments: HistoryArguments) -> int:
    """Show from git and the ledger which cell held a block, and when."""
    from cellwright.api.fleet import ip as document
    from cellwright.app.ip import history as use_case
    from cellwright.cli.views.look import ip as view

    found = invocation.look(use_case.block_history, arguments.block)
    invocation.answer(lambda: view.history(found), lambda: document.history(found))
    return exit_codes.DONE
