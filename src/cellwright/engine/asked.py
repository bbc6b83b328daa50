"""How a run is asked for, besides its units: it is in the run's first event, and a resumed run goes on so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.runs.plan_options import USUAL, PlanOptions, options_from_json, options_to_json
from cellwright.model.value import Json

_STARTED = "run.started"
_RESUMED = "run.resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a run was asked for."""

    thorough: bool = False
    """Units that are up to date are planned as well."""
    options: PlanOptions = USUAL
    """How plans are made."""
    dirty: bool = False
    """What is applied is not what the commit says: there were changes that are not committed."""
    settings: str = ""
    """A keyed digest of the resolved settings, where the commit does not say what they are."""
    allow_dirty: bool = False
    """Whoever asked has allowed that; it is not recorded if there was no need."""

    @property
    def is_unusual(self) -> bool:
        """Tell whether plans are made of other units than those that have changed, or in another way."""
        return self.thorough or bool(self.options)

    def to_json(self) -> dict[str, Json]:
        """Write down what is unusual."""
        return {
            **({"all": True} if self.thorough else {}),
            **({"options": options_to_json(self.options)} if self.options else {}),
            **({"dirty": True, "settings": self.settings} if self.dirty else {}),
        }


ORDINARY = Asked()


def asked_from(text: Mapping[str, Any]) -> Asked:
    """Read what `to_json` wrote."""
    return Asked(
        thorough=bool(text.get("all")),
        options=options_from_json(text.get("options")),
        dirty=bool(text.get("dirty")),
        settings=str(text.get("settings", "")),
    )


def asked_of(reader: LedgerReader, run: str) -> Asked:
    """Give how a run was asked for."""
    only = EventFilter(actions=(Pattern(_STARTED, "."),))
    for event in reader.events(limit=1, subject=run, only=only):
        return asked_from(event.detail)
    return ORDINARY


def is_dirty(reader: LedgerReader, run: str) -> bool:
    """Tell whether a run applies, or went on to apply, what its commit does not say."""
    only = EventFilter(actions=(Pattern(_STARTED, "."), Pattern(_RESUMED, ".")))
    return any(event.detail.get("dirty") for event in reader.events(subject=run, only=only))
