"""One call of the command line: where the fleet is, and where answers go."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.console import RenderableType

from cellwright.app.location import Location
from cellwright.cli.document import print_document
from cellwright.cli.options import Chosen
from cellwright.cli.screen import Screen, standard_error, standard_output
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Handed to every command."""

    location: Location
    json: bool
    output: Screen
    """For results."""
    error: Screen
    """For progress, questions and diagnostics."""

    @classmethod
    def of(cls, chosen: Chosen, environment: Mapping[str, str] = os.environ) -> "Session":
        """Take what was chosen together with the ambient environment."""
        location = Location(
            fleet=chosen.fleet,
            ledger=chosen.ledger,
            relay=False if chosen.no_relay else None,
            environment=dict(environment),
        )
        return cls(
            location=location,
            json=chosen.json,
            output=standard_output(environment),
            error=standard_error(environment),
        )

    def answer(self, human: Callable[[], RenderableType], document: Callable[[], Json]) -> None:
        """Print a result: JSON if that was asked for, else the view for people. Only one is made."""
        if self.json:
            print_document(document())
        else:
            self.output.show(human())
