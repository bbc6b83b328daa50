"""The schema of `drift:` in fleet.yaml."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from cellwright.fleet.config.rollout_schema import Selectors, Zone
from cellwright.fleet.config.setting_types import Name, Seconds, Section, Text
from cellwright.model.settings.drift_settings import LEAST_WINDOW, MOST_SCHEDULES


def _long_enough(value: int) -> int:
    if value < LEAST_WINDOW:
        raise ValueError(
            "a window is a minute long at the least: its units are looked at one after the other"
        )
    return value


def _some(value: object) -> object:
    if value == 0 and not isinstance(value, bool):
        raise ValueError("with 0 nothing would ever be looked at; leave the budget out to set no limit")
    return value


class ScheduleSection(Section):
    """One element of `drift.schedules`."""

    name: Name
    cells: Selectors = ["*"]
    cron: Text
    zone: Zone = "UTC"
    window: Annotated[Seconds, AfterValidator(_long_enough)]


class BudgetSection(Section):
    """`drift.budget`."""

    units_per_hour: Annotated[int, BeforeValidator(_some), Field(gt=0, le=1_000_000)]


class DriftSection(Section):
    """`drift`."""

    schedules: Annotated[list[ScheduleSection], Field(max_length=MOST_SCHEDULES)] = []
    budget: BudgetSection | None = None
