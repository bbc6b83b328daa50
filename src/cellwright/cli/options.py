"""The options that every command takes, before its name or after it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

EVERYWHERE = "Accepted everywhere"

FleetOption = Annotated[
    Path | None,
    typer.Option(
        "--fleet",
        metavar="DIR",
        help="Fleet repository; default: the current folder or above.",
        rich_help_panel=EVERYWHERE,
    ),
]
LedgerOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="URL",
        help="Ledger database; default: CELLWRIGHT_LEDGER, then the fleet's own file.",
        rich_help_panel=EVERYWHERE,
    ),
]
NoRelayOption = Annotated[
    bool,
    typer.Option("--no-relay", help="Let Terraform start its providers itself.", rich_help_panel=EVERYWHERE),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document; logs go to stderr.", rich_help_panel=EVERYWHERE),
]


ServerOption = Annotated[
    str | None,
    typer.Option(
        "--server",
        metavar="URL",
        help="Ask this server, with the token in CELLWRIGHT_TOKEN; default: CELLWRIGHT_SERVER.",
        rich_help_panel=EVERYWHERE,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonOptions:
    """The values of these options; None and False where an option was not given."""

    fleet: Path | None = None
    ledger: str | None = None
    no_relay: bool = False
    server: str | None = None
    json: bool = False

    def overridden(self, other: "CommonOptions") -> "CommonOptions":
        """These values, replaced by those of `other` where they are given."""
        return CommonOptions(
            fleet=other.fleet or self.fleet,
            ledger=other.ledger or self.ledger,
            no_relay=other.no_relay or self.no_relay,
            server=other.server or self.server,
            json=other.json or self.json,
        )
