"""A session that opens nothing."""

from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.location import Location


@dataclass(frozen=True, slots=True)
class Opened:
    """Stands in for a session: says where it was opened."""

    location: Location
    root: Path = Path("/fleet")

    def close(self) -> None:
        """Nothing is open."""
