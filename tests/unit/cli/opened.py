"""A session that opens nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.session.location import Location
from cellwright.model.settings.build_settings import BuildSettings


@dataclass(frozen=True, slots=True)
class Opened:
    """Stands in for a session: says where it was opened."""

    location: Location
    root: Path = Path("/fleet")
    notice: Callable[[str], None] = field(default=print, compare=False)

    def builds(self) -> BuildSettings:
        """Nobody's builds are believed."""
        return BuildSettings()

    def close(self) -> None:
        """Nothing is open."""

    def repository(self) -> None:
        """It is outside git."""
