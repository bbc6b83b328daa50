"""Reads and checks `drift:` of fleet.yaml."""

from collections.abc import Iterator
from datetime import timedelta

from cellwright.drift.cron import CronError, check_cron, shortest_gap
from cellwright.fleet.config.drift_schema import ScheduleSection
from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.yaml.node import Node, find_node, get_node
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.settings.drift_settings import DriftSettings, ScheduleSettings

_PATH = ("drift", "schedules")


def read_drift(root: Node, section: FleetSection) -> tuple[DriftSettings | None, tuple[Diagnostic, ...]]:
    """Read when units are looked at for drift, with all findings; None if it has a fault.

    With a part of it left out, more might be looked at than the budget allows.
    """
    if get_node(root, "drift") is not None and "drift" not in section.model_fields_set:
        return None, ()  # the schema's findings say why
    findings = tuple(_faults(root, section))
    if findings:
        return None, findings
    budget = section.drift.budget
    return DriftSettings(
        schedules=tuple(
            _schedule(item, find_node(root, (*_PATH, index)))
            for index, item in enumerate(section.drift.schedules)
        ),
        units_per_hour=None if budget is None else budget.units_per_hour,
    ), ()


def _schedule(given: ScheduleSection, node: Node) -> ScheduleSettings:
    return ScheduleSettings(
        name=given.name,
        cells=tuple(given.cells),
        cron=given.cron,
        zone=given.zone,
        window=given.window,
        position=node.position,
    )


def _faults(root: Node, section: FleetSection) -> Iterator[Diagnostic]:
    names: set[str] = set()
    for index, item in enumerate(section.drift.schedules):
        place = (*_PATH, index)
        if item.name in names:
            where = find_node(root, (*place, "name")).position
            yield error(f"there are two schedules '{item.name}'", "rename one of them", where)
        names.add(item.name)
        try:
            check_cron(item.cron, item.zone)
        except CronError as fault:
            where = find_node(root, (*place, "cron")).position
            yield error(f"'cron' can't be '{item.cron}'", str(fault), where)
            continue
        gap = shortest_gap(item.cron, item.zone)
        if timedelta(seconds=item.window) > gap:
            yield error(
                f"the window of '{item.name}' is longer than the time until the next one begins",
                f"make it {_written(gap)} at the most: that is the shortest time between two of `{item.cron}`"
                f" in {item.zone}",
                find_node(root, (*place, "window")).position,
            )


def _written(gap: timedelta) -> str:
    minutes = int(gap.total_seconds()) // 60
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
