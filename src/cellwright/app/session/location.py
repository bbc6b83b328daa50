"""Which fleet is meant, with which ledger and in which environment; nothing is opened yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """What a session is opened with."""

    fleet: Path
    """A folder: `fleet.yaml` is looked for in it, then in each folder above it."""
    home: Path | None = None
    """Where Cellwright keeps its own files of the fleet; None: `.cellwright` beside `fleet.yaml`."""
    ledger: str | None = None
    """A database URL; None takes CELLWRIGHT_LEDGER, then the fleet's own SQLite file."""
    relay: bool | None = None
    """False switches the relay off; None leaves it to the fleet's settings."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The environment variables to work with; nothing below reads those of the process by itself."""
