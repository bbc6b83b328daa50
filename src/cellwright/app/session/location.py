"""Which fleet a command works on, and with which ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """What the command line says about where things are; nothing is opened yet."""

    fleet: Path | None = None
    """A folder in a fleet; None looks for `fleet.yaml` from the current folder upwards."""
    ledger: str | None = None
    """A database URL; None takes CELLWRIGHT_LEDGER, then the fleet's own SQLite file."""
    relay: bool | None = None
    """False switches the relay off; None leaves it to the fleet's settings."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The ambient environment; passed in, so that nothing below reads it by itself."""
