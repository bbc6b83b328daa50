"""What fleet.yaml says of looks for drift (`drift:`)."""

from dataclasses import dataclass

from cellwright.model.position import Position

MOST_SCHEDULES = 50
LEAST_WINDOW = 60
"""Seconds: units are looked at one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSettings:
    """When which cells are looked at (an element of `drift.schedules`)."""

    name: str
    cells: tuple[str, ...]
    """Selectors of cells; `*` is all of them."""
    cron: str
    """Five fields: when a window begins."""
    zone: str
    window: int
    """Seconds over which its units are spread."""
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftSettings:
    """All that fleet.yaml says of drift."""

    schedules: tuple[ScheduleSettings, ...] = ()
    units_per_hour: int | None = None
    """So many units of one account are looked at in any hour at the most; None sets no limit."""
