"""How a run is asked for, besides its units: it is in the run's first event, and a resumed run goes on so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.runs.plan_options import USUAL, PlanOptions, options_from_json, options_to_json
from cellwright.model.value import Json

_STARTED = "run.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a run was asked for."""

    thorough: bool = False
    """Units that are up to date are planned as well."""
    options: PlanOptions = USUAL
    """How plans are made."""

    def to_json(self) -> dict[str, Json]:
        """Write down what is unusual."""
        return {
            **({"all": True} if self.thorough else {}),
            **({"options": options_to_json(self.options)} if self.options else {}),
        }


ORDINARY = Asked()


def asked_from(text: Mapping[str, Any]) -> Asked:
    """Read what `to_json` wrote."""
    return Asked(thorough=bool(text.get("all")), options=options_from_json(text.get("options")))


def asked_of(reader: LedgerReader, run: str) -> Asked:
    """Give how a run was asked for."""
    only = EventFilter(actions=(Pattern(_STARTED, "."),))
    for event in reader.events(limit=1, subject=run, only=only):
        return asked_from(event.detail)
    return ORDINARY
