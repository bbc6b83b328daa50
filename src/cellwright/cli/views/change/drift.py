"""Drift: the fleet's in groups, one unit's with its history, what is acknowledged."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.drift.following import Looked
from cellwright.app.drift.listing import DriftGroup, DriftView, UnitHistory
from cellwright.app.drift.schedules import SchedulesView, ScheduleView
from cellwright.cli.screen import palette, run_palette
from cellwright.cli.screen.layout import BLANK, Columns, Flowing, count, person
from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.drift.values import Acknowledgement, Closed, LookResult, ResourceHistory, UnitDrift

_SHOWN = 3
_UNITS = 5
_HOW = {
    Closed.GONE: "gone by itself",
    Closed.APPLIED: "repaired by an apply",
    Closed.DESTROYED: "gone with the unit",
}


def drift(found: DriftView) -> Group:
    """Equal drift in one line each; then what is acknowledged, and what nothing is known of."""
    return Group(Flowing(_summary(found), indent=2), *_found(found))


def _found(found: DriftView) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for item in found.groups:
        parts += [BLANK, *_group(item)]
    if found.acknowledged:
        parts += [BLANK, Text("acknowledged"), _acknowledged(found.acknowledged)]
    if found.unknown:
        parts += [BLANK, Text("nothing is known: the newest look has failed"), _unknown(found.unknown)]
    if found.groups:
        which = found.groups[0].name if len(found.groups) == 1 else "GROUP"
        parts += [
            BLANK,
            _hint(f"to repair it: cellwright drift repair --group {which}"),
            _hint(f"to leave it as it is: cellwright drift ack --group {which} --reason TEXT --until DATE"),
        ]
    return parts


def looked(found: Looked) -> Group:
    """What looks have found."""
    left = f"; {count(found.left, 'unit')} of run {found.run} not looked at" if found.left else ""
    none = "" if found.view.units or found.view.unknown else ": no drift"
    parts: list[RenderableType] = [Text(f"looked at {count(found.units, 'unit')}{none}{left}")]
    return Group(*parts, *_found(found.view))


def unit(found: UnitHistory) -> Group:
    """One unit: its newest look, what is open, and what was."""
    newest = found.newest
    if newest is None:
        text = f"nobody has looked at {found.unit} yet"
        return Group(Text(text), _hint(f"to look: cellwright drift run {found.unit}"))
    parts: list[RenderableType] = [Flowing(_title(found.unit, newest), indent=2)]
    looked = f"  looked at {_when(newest.looked_at)}, in run {newest.looked_run}"
    parts.append(Flowing(Text(looked, style=palette.FAINT), indent=2))
    if found.acknowledged is not None:
        parts.append(Flowing(Text(f"  acknowledged {_by(found.acknowledged)}"), indent=2))
    open_: list[ResourceHistory] = []
    closed: list[ResourceHistory] = []
    for item in found.history:
        (open_ if item.closed_at is None else closed).append(item)
    if open_:
        parts += [BLANK, *(_resource(item) for item in open_)]
    if closed:
        parts += [BLANK, Text("before"), *(_resource(item) for item in closed)]
    return Group(*parts)


def acknowledgements(found: Sequence[Acknowledgement], now: int) -> RenderableType:
    """One line each, the newest first."""
    if not found:
        return Text("nothing was acknowledged yet")
    rows = [
        (
            Text(item.id, style=palette.STRONG if item.holds(now) else palette.FAINT),
            Text(item.unit or f"group {item.group}"),
            Text(_standing(item, now)),
            Text(f"{person(item.made_by)}: {item.reason}", style=palette.FAINT),
        )
        for item in found
    ]
    return Columns(rows, header=("id", "of", "", "who, and why"))


def acknowledged(found: Acknowledgement) -> Text:
    """What was just acknowledged."""
    what = found.unit or f"group {found.group}"
    if found.resource:
        what = f"{found.resource} of {what}"
    return Text(f"acknowledged until {_end(found)}: {what} (as {found.id})")


def schedules(found: SchedulesView) -> RenderableType:
    """One line a schedule, and the budget."""
    if not found.schedules:
        return Text("fleet.yaml has no schedules: add some below `drift`")
    rows = [
        (
            Text(item.settings.name, style=palette.STRONG),
            Text(", ".join(item.settings.cells)),
            Text(f"{item.settings.cron} {item.settings.zone}, over {item.settings.window / 3600:g}h"),
            Text(_next(item), style=palette.CAUTION if item.is_due else ""),
            Text(_newest(item), style=palette.FAINT),
        )
        for item in found.schedules
    ]
    budget = found.settings.units_per_hour
    said = f"at most {budget:,} units an hour in each account" if budget else "no budget is set"
    return Group(
        Columns(rows, header=("schedule", "cells", "when", "next", "newest window")), BLANK, Text(said)
    )


def _next(item: ScheduleView) -> str:
    if item.is_due:
        return "due now"
    return f"{item.next.begin:%Y-%m-%d %H:%M} UTC" if item.next is not None else ""


def _newest(item: ScheduleView) -> str:
    if item.newest is None:
        return "none yet"
    left = f", no room for {item.newest.left_out:,}" if item.newest.left_out else ""
    return f"run {item.newest.run}, {count(item.newest.units, 'unit')}{left}"


def _summary(found: DriftView) -> Text:
    looked = sum(found.counts.units.values())
    if not looked:
        return Text("nobody has looked for drift yet: cellwright drift run")
    drifted = len(found.units)
    mark = palette.CAUTION if drifted else palette.GOOD
    said = count(drifted, "unit has drift", "units have drift") if drifted else "no drift"
    units = count(looked, "unit")
    more = f", of {units} that were looked at" if drifted else f" in the {units} that were looked at"
    if found.unknown:
        more += f"; nothing is known of {len(found.unknown):,}"
    if found.counts.oldest:
        more += f"; the oldest look is of {_when(found.counts.oldest)}"
    return Text.assemble((said, mark), more)


def _group(group: DriftGroup) -> list[RenderableType]:
    title = Text.assemble(
        ("~ ", palette.CAUTION),
        (group.name, palette.STRONG),
        f"  {group.where}  {count(len(group.units), 'unit')}  ",
        run_palette.changes(group.counts),
        (f"  since {_when(group.since)}, seen {_when(group.seen)}", palette.FAINT),
    )
    lines: list[RenderableType] = [Flowing(title, indent=2)]
    lines += [_line(item) for item in group.resources[:_SHOWN]]
    if len(group.resources) > _SHOWN:
        lines.append(Text(f"    and {len(group.resources) - _SHOWN} more", style=palette.FAINT))
    if len(group.units) > 1:
        names = ", ".join(unit.unit.cell for unit in group.units[:_UNITS])
        more = f", and {len(group.units) - _UNITS:,} more" if len(group.units) > _UNITS else ""
        lines.append(Flowing(Text(f"    in {names}{more}", style=palette.FAINT), indent=4))
    return lines


def _line(item: ResourceHistory) -> RenderableType:
    told = [path for path in item.resource.paths if not _is_repeated(path, item.resource.paths)]
    paths = f": {', '.join(told[:_UNITS])}" if told else ""
    return Flowing(Text(f"    {item.resource.address} {_doing(item)}{paths}"), indent=6)


def _is_repeated(path: str, paths: Sequence[str]) -> bool:
    """Tell whether a tag is named twice: providers repeat `tags` in `tags_all`."""
    name, dot, tag = path.partition(".")
    return name == "tags_all" and f"tags{dot}{tag}" in paths


def _doing(item: ResourceHistory) -> str:
    if not item.resource.repaired:
        return f"{item.resource.action} was noticed; an apply leaves it"
    return {"create": "is gone", "update": "differs", "delete": "is there"}.get(
        item.resource.action, f"to {item.resource.action}"
    )


def _resource(item: ResourceHistory) -> RenderableType:
    seen = f"since {_when(item.first_seen)}, seen {count(item.times, 'time')}"
    if item.closed_at is not None and item.closed_how is not None:
        seen += f", {_HOW[item.closed_how]} {_when(item.closed_at)} (run {item.closed_run})"
    else:
        seen += f", last {_when(item.last_seen)} (run {item.last_run})"
    return Group(_line(item), Flowing(Text(f"      {seen}", style=palette.FAINT), indent=6))


def _title(name: object, newest: UnitDrift) -> Text:
    word = {
        LookResult.CLEAN: ("no drift", palette.GOOD),
        LookResult.DRIFTED: (f"drift since {_when(newest.since or '')}", palette.CAUTION),
        LookResult.UNKNOWN: (f"nothing is known: {newest.why}", palette.BAD),
    }[newest.result]
    before = f"; drift since {_when(newest.since or '')}" if _is_hidden(newest) else ""
    return Text.assemble((str(name), palette.STRONG), "  ", word, before)


def _is_hidden(newest: UnitDrift) -> bool:
    return newest.result is LookResult.UNKNOWN and newest.is_drifted


def _acknowledged(groups: Sequence[DriftGroup]) -> Columns:
    rows = [
        (
            Text(group.name),
            Text(group.where),
            Text(count(len(group.units), "unit")),
            Text(_by(group.acknowledged) if group.acknowledged else "", style=palette.FAINT),
        )
        for group in groups
    ]
    return Columns(rows, indent=2)


def _unknown(units: Sequence[UnitDrift]) -> Columns:
    rows = [(Text(str(item.unit)), Text(item.why, style=palette.FAINT)) for item in units]
    return Columns(rows, indent=2)


def _by(item: Acknowledgement) -> str:
    return f"until {_end(item)} by {person(item.made_by)}: {item.reason}"


def _standing(item: Acknowledgement, now: int) -> str:
    if item.ended_at is not None:
        return f"ended by {person(item.ended_by or '')}"
    return f"until {_end(item)}" if item.holds(now) else f"ended {_end(item)}"


def _end(item: Acknowledgement) -> str:
    return f"{from_milliseconds(item.until):%Y-%m-%d %H:%M} UTC"


def _when(text: str) -> str:
    """A time of the ledger, to the minute."""
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
    except ValueError:
        return text


def _hint(text: str) -> Flowing:
    return Flowing(Text(text, style=palette.FAINT), indent=2)
