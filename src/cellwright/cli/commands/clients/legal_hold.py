"""Lay a legal hold on a client, or lift it.

Panel: Clients 255
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import ReasonOption

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldArguments(CommonArguments):
    """The arguments of `legal-hold`."""

    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The client's name.", autocompletion=completion.clients)
    ]
    lift: Annotated[bool, typer.Option("--lift", help="End it: the client may be destroyed again.")] = False
    reason: ReasonOption = ""


@command(LegalHoldArguments)
def legal_hold(invocation: Invocation, arguments: LegalHoldArguments) -> int:
    """Let nothing of a client be destroyed, whoever asks, until the hold is lifted; both need a --reason."""
    from cellwright.api.fleet import lives as document
    from cellwright.app.clients.offboarding.asking import lay_legal_hold, lift_legal_hold
    from cellwright.cli.views.change import lives as view

    if arguments.lift:
        found = invocation.act(lift_legal_hold, arguments.name, arguments.reason)
    else:
        found = (invocation.act(lay_legal_hold, arguments.name, arguments.reason),)
    invocation.answer(lambda: view.legal_holds(found), lambda: document.legal_holds(found))
    return exit_codes.DONE
