"""One call of the command line: where the fleet is, and where answers go."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from rich.console import Group, RenderableType

from cellwright.api.document import Document
from cellwright.app.session.location import Location
from cellwright.cli.options import CommonOptions
from cellwright.cli.screen.json_output import print_document
from cellwright.cli.screen.screen import Screen, standard_error, standard_output

_AT_ONCE = 200
"""How many parts of a view are printed in one call: each call takes time of its own."""


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
    def of(cls, chosen: CommonOptions, environment: Mapping[str, str] = os.environ) -> "Session":
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

    def answer(self, human: Callable[[], RenderableType], document: Callable[[], Document]) -> None:
        """Print a result: JSON if that was asked for, else the view for people. Only one is made."""
        if self.json:
            print_document(document())
        else:
            self.output.show(human())

    def answer_in_parts(
        self, human: Callable[[], Iterable[RenderableType]], document: Callable[[], Document]
    ) -> None:
        """As `answer`; a view of many parts is shown as they come, so that a long one needs no memory."""
        if self.json:
            print_document(document())
            return
        parts = iter(human())
        while some := tuple(islice(parts, _AT_ONCE)):
            self.output.show(Group(*some))
