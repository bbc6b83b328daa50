"""End the suspension of a client.

Panel: Clients 247
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellwright.cli.commands.clients.suspend import SuspendArguments, change_suspension
from cellwright.cli.parser.command import command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@command(SuspendArguments)
def reinstate(invocation: Invocation, arguments: SuspendArguments) -> int:
    """End the suspension of a client: the layer is taken off again, and that is applied."""
    return change_suspension(invocation, arguments, suspended=False)
