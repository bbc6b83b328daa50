"""Reads and checks `rollouts:`, `checks:` and `freezes:` of fleet.yaml."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cellwright.fleet.config.rollout_schema import (
    CheckSection,
    FreezeSection,
    RolloutSection,
    StepSection,
    WaveSection,
)
from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.yaml.node import Node, Step, find_node, get_node
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.settings.rollout_settings import (
    REST,
    UTC_ZONE,
    Amount,
    CheckKind,
    CheckSettings,
    FreezeSettings,
    RolloutSettings,
    RolloutsSettings,
    StepSettings,
    WaveSettings,
)
from cellwright.model.text.suggestion import advice

SECTIONS = ("rollouts", "checks", "freezes")


def read_rollouts(
    root: Node, section: FleetSection
) -> tuple[RolloutsSettings | None, tuple[Diagnostic, ...]]:
    """Read all that is said of rollouts, with all findings about it; None if it has a fault.

    With a part of it left out, a rollout might be less careful than it says.
    """
    if any(get_node(root, name) is not None and name not in section.model_fields_set for name in SECTIONS):
        return None, ()  # the schema's findings say why
    findings = tuple(_faults(root, section))
    if findings:
        return None, findings
    freezes = tuple(
        _freeze(item, find_node(root, ("freezes", index))) for index, item in enumerate(section.freezes)
    )
    return RolloutsSettings(
        strategies={
            name: _strategy(name, item, find_node(root, ("rollouts", name)))
            for name, item in section.rollouts.items()
        },
        checks={
            name: _check(name, item, find_node(root, ("checks", name)))
            for name, item in section.checks.items()
        },
        freezes=freezes,
    ), ()


def _strategy(name: str, given: RolloutSection, node: Node) -> RolloutSettings:
    return RolloutSettings(
        name=name,
        cells=tuple(given.cells),
        order_by=tuple(given.order_by),
        max_failures=_amount(given.max_failures),
        min_finished=given.min_finished,
        failure_mode=given.failure_mode,
        deadline=given.deadline,
        waves=tuple(_wave(item, find_node(node, ("waves", index))) for index, item in enumerate(given.waves)),
        position=node.position,
    )


def _wave(given: WaveSection, node: Node) -> WaveSettings:
    return WaveSettings(
        name=given.name,
        cells=tuple(given.cells),
        size=None if given.size is None else _amount(given.size),
        max_parallel=_amount(given.max_parallel),
        max_failures=None if given.max_failures is None else _amount(given.max_failures),
        min_finished=given.min_finished,
        failure_mode=given.failure_mode,
        bake=given.bake or 0,
        deadline=given.deadline,
        before=_steps(given.before, node, "before"),
        after=_steps(given.after, node, "after"),
        position=node.position,
    )


def _steps(given: list[StepSection], node: Node, key: str) -> tuple[StepSettings, ...]:
    return tuple(_step(item, find_node(node, (key, index))) for index, item in enumerate(given))


def _step(given: StepSection, node: Node) -> StepSettings:
    if given.check is not None:
        return StepSettings(kind="check", check=given.check, position=node.position)
    if given.time is not None:
        begin, _, end = given.time.partition("-")
        return StepSettings(
            kind="time",
            begin=_minutes(begin),
            end=_minutes(end),
            zone=given.zone or UTC_ZONE,
            position=node.position,
        )
    return StepSettings(kind="approval", position=node.position)


def _check(name: str, given: CheckSection, node: Node) -> CheckSettings:
    kind: CheckKind = (
        "http" if given.http is not None else "alarms" if given.alarms is not None else "command"
    )
    return CheckSettings(
        name=name,
        kind=kind,
        command=tuple(given.command or ()),
        url=given.http or "",
        status=tuple(given.status),
        alarms=tuple(given.alarms or ()),
        region=given.region or "",
        timeout=given.timeout,
        position=node.position,
    )


def _freeze(given: FreezeSection, node: Node) -> FreezeSettings:
    return FreezeSettings(
        cells=tuple(given.cells),
        begin=_begin(given.begin, given.zone).isoformat(),
        end=_end(given.end, given.zone).isoformat(),
        reason=given.reason,
        position=node.position,
    )


def _begin(text: str, zone: str) -> datetime:
    return _in_zone(datetime.fromisoformat(text), zone)


def _end(text: str, zone: str) -> datetime:
    """Give the first moment after it: of a day, the next one's beginning."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _begin(text, zone)
    following = day + timedelta(days=1) if day < date.max else day
    return _in_zone(datetime(following.year, following.month, following.day), zone)  # noqa: DTZ001  set next


def _in_zone(moment: datetime, zone: str) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _amount(text: str) -> Amount:
    return Amount(int(text.removesuffix("%")), text.endswith("%"))


def _faults(root: Node, section: FleetSection) -> Iterator[Diagnostic]:
    for name, strategy in section.rollouts.items():
        path: tuple[Step, ...] = ("rollouts", name, "waves")
        yield from _wave_names(root, path, name, strategy)
        yield from _rests(root, path, strategy)
        for index, wave in enumerate(strategy.waves):
            for key, steps in (("before", wave.before), ("after", wave.after)):
                where = (*path, index, key)
                yield from _unknown_checks(root, where, steps, section.checks)
            if wave.min_finished and not (wave.max_failures or "").endswith("%"):
                detail = "give the wave `max_failures: 2%`, or remove `min_finished`"
                place = find_node(root, (*path, index, "min_finished")).position
                yield error("`min_finished` belongs to a percentage of failures", detail, place)
        if strategy.min_finished and not strategy.max_failures.endswith("%"):
            detail = "write `max_failures: 2%`, or remove `min_finished`"
            place = find_node(root, ("rollouts", name, "min_finished")).position
            yield error("`min_finished` belongs to a percentage of failures", detail, place)
    yield from _backward(root, section)


def _wave_names(
    root: Node, path: tuple[Step, ...], strategy: str, given: RolloutSection
) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for index, wave in enumerate(given.waves):
        if wave.name in seen:
            place = find_node(root, (*path, index, "name")).position
            yield error(f"'{strategy}' has two waves '{wave.name}'", "rename one of them", place)
        seen.add(wave.name)


def _rests(root: Node, path: tuple[Step, ...], given: RolloutSection) -> Iterator[Diagnostic]:
    """Find where `*` is said twice, or beside other selectors."""
    rests = [index for index, wave in enumerate(given.waves) if REST in wave.cells]
    for index in rests[1:]:
        first = given.waves[rests[0]].name
        place = find_node(root, (*path, index, "cells")).position
        yield error(
            f"the wave '{given.waves[index].name}' takes the rest, as '{first}' does",
            "say `*` in one wave only",
            place,
        )
    for index in rests:
        if len(given.waves[index].cells) > 1:
            place = find_node(root, (*path, index, "cells")).position
            yield error("`*` takes the rest, so nothing can stand beside it", "leave `*` alone", place)


def _unknown_checks(
    root: Node, path: tuple[Step, ...], steps: list[StepSection], checks: dict[str, CheckSection]
) -> Iterator[Diagnostic]:
    for index, step in enumerate(steps):
        if step.check is not None and step.check not in checks:
            place = find_node(root, (*path, index, "check")).position
            detail = advice(step.check, checks) or "declare it in fleet.yaml, below `checks`"
            yield error(f"there is no check '{step.check}'", detail, place)


def _backward(root: Node, section: FleetSection) -> Iterator[Diagnostic]:
    for index, freeze in enumerate(section.freezes):
        if _end(freeze.end, freeze.zone) <= _begin(freeze.begin, freeze.zone):
            place = find_node(root, ("freezes", index, "to")).position
            yield error("the freeze ends before it begins", "`from` is the earlier one", place)
