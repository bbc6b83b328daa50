"""Rollouts: the list, one with its waves, what would begin, and a summary in Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.rollouts.preparing import Prepared
from cellwright.app.rollouts.shapes import ShapeGroup
from cellwright.app.rollouts.status import Failure, RolloutView, StageView
from cellwright.cli.screen import palette, run_palette
from cellwright.cli.screen.layout import BLANK, Columns, Flowing, count, named, person
from cellwright.cli.screen.palette import Mark
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.rollout.plan import Stage
from cellwright.rollout.state import Phase, RolloutStatus
from cellwright.rollout.worst_case import WorstCase

_SHORT = 12
_DAY, _HOUR, _MINUTE = 86_400, 3600, 60

STATUS: Mapping[RolloutStatus, Mark] = {
    RolloutStatus.PENDING: Mark("○", palette.FAINT, "pending"),
    RolloutStatus.RUNNING: Mark("●", palette.ACCENT, "running"),
    RolloutStatus.BAKING: Mark("◔", palette.ACCENT, "baking"),
    RolloutStatus.WAITING: Mark("?", palette.CAUTION, "waiting"),
    RolloutStatus.PAUSED: Mark("‖", palette.CAUTION, "paused"),
    RolloutStatus.HALTING: Mark("!", palette.BAD, "halting"),
    RolloutStatus.HALTED: Mark("✗", palette.BAD, "halted"),
    RolloutStatus.COMPLETED: Mark("✓", palette.GOOD, "completed"),
    RolloutStatus.COMPLETED_WITH_FAILURES: Mark("~", palette.CAUTION, "completed with failures"),
    RolloutStatus.CANCELLED: Mark("⊘", palette.CAUTION, "cancelled"),
    RolloutStatus.SUPERSEDED: Mark("-", palette.FAINT, "superseded"),
}
_ORDER = (
    Phase.SUCCEEDED,
    Phase.UNCHANGED,
    Phase.FAILED,
    Phase.OVERDUE,
    Phase.SKIPPED,
    Phase.RUNNING,
    Phase.STARTING,
    Phase.WAITING,
)
_WORDS = {
    Phase.SUCCEEDED: "changed",
    Phase.UNCHANGED: "unchanged",
    Phase.FAILED: "failed",
    Phase.OVERDUE: "overdue",
    Phase.SKIPPED: "skipped",
    Phase.RUNNING: "running",
    Phase.STARTING: "starting",
    Phase.WAITING: "to come",
}


def rollouts(found: Sequence[RolloutSummary]) -> RenderableType:
    """One line a rollout, the newest first."""
    if not found:
        return Text("no rollouts yet")
    rows = [
        (
            Text.assemble(STATUS[item.status].text(), " ", (item.id, palette.STRONG)),
            Text(item.strategy),
            STATUS[item.status].label(),
            Text(f"{sum(item.phases.values()):,}"),
            Text(f"{person(item.made_by)}{f': {item.reason}' if item.reason else ''}", style=palette.FAINT),
        )
        for item in found
    ]
    return Columns(rows, header=("  rollout", "strategy", "status", "cells", "who, and why"))


def rollout(found: RolloutView) -> Group:
    """One rollout: where it stands, its waves, what failed, and what waits for a person."""
    head = found.record.summary
    mark = STATUS[head.status]
    title = Text.assemble(
        mark.text(), " ", (head.id, palette.STRONG), f"  {head.strategy}  ", mark.label(), _because(head.why)
    )
    parts: list[RenderableType] = [
        Flowing(title, indent=2),
        Flowing(Text(f"  commit {head.commit[:_SHORT]}, by {head.made_by}", style=palette.FAINT), indent=2),
        BLANK,
        Columns([_stage_row(item) for item in found.stages], header=("  wave", "cells", "", "")),
    ]
    if found.failures:
        parts += [BLANK, *(_failure(item) for item in found.failures)]
    parts += waiting(found)
    return Group(*parts)


def waiting(found: RolloutView) -> list[RenderableType]:
    """What waits for a person, and how to answer."""
    rollout_id = found.record.id
    parts: list[RenderableType] = []
    if found.groups:
        parts += [BLANK, Text("plans that wait for an answer"), groups(found.groups)]
    if found.groups or found.waits_for_approval:
        parts += [BLANK, _hint(f"to approve: cellwright rollout approve {rollout_id}")]
    elif found.record.state.status is RolloutStatus.PAUSED:
        parts += [BLANK, _hint(f"to go on: cellwright rollout resume {rollout_id}")]
    elif found.record.state.status is RolloutStatus.HALTED:
        again = f"to try again and go on: cellwright rollout retry {rollout_id}"
        back = f"to take it back: cellwright rollout rollback {rollout_id}"
        parts += [BLANK, _hint(again), _hint(back)]
    return parts


def groups(found: Sequence[ShapeGroup]) -> Columns:
    """Plans by what they do: one line a group."""
    rows = [
        (
            Text(group.name, style=palette.STRONG),
            Text(group.level_and_stack),
            Text(count(len(group.questions), "cell")),
            Text(run_palette.changes(group.summary.counts)),
        )
        for group in found
    ]
    return Columns(rows, indent=2)


def prepared(found: Prepared) -> Group:
    """Who changes when, and the worst case."""
    parts: list[RenderableType] = [
        Text.assemble(
            "rollout ", (found.strategy, palette.STRONG), f" at commit {(found.commit or 'none')[:_SHORT]}"
        ),
        BLANK,
    ]
    for stage in found.plan.stages:
        cells = [found.plan.cells[place].address for place in stage.cells]
        units = sum(found.units.get(found.plan.cells[place].address, 0) for place in stage.cells)
        line = Text.assemble(
            (stage.name, palette.STRONG), f"  {count(len(cells), 'cell')}, {count(units, 'unit')}"
        )
        parts += [
            line,
            Flowing(Text(f"    {named(cells, 'more cell')}", style=palette.FAINT), indent=4),
            Flowing(Text(f"    {_rules(stage)}", style=palette.FAINT), indent=4),
        ]
    for freeze, members in found.freezes:
        told = f"frozen from {_moment(freeze.begin)} to {_moment(freeze.end)} ({freeze.reason})"
        parts += [BLANK, Flowing(Text(f"{told}: {count(members, 'cell')}", style=palette.CAUTION), indent=2)]
    if found.suspended:
        told = f"left out, as they are suspended: {named(found.suspended, 'more cell')}"
        parts += [BLANK, Flowing(Text(told, style=palette.CAUTION), indent=2)]
    parts += [BLANK, *worst(found.worst, len(found.plan.cells))]
    parts += [Flowing(Text(str(item), style=palette.CAUTION), indent=2) for item in found.warnings]
    return Group(*parts)


def worst(found: WorstCase, cells: int) -> Iterator[RenderableType]:
    """Tell the worst case."""
    yield Flowing(
        Text(f"at worst {found.failed} of {count(cells, 'cell')} fail before it stops by itself"), indent=2
    )
    for case in found.cases:
        whose = f"wave {case.budget.key}" if case.budget.key else "waves without a budget of their own"
        told = f"{whose}: {case.budget.tolerated} of {case.budget.total} may fail; at worst {case.failed} do"
        yield Flowing(Text(f"  {told}", style=palette.FAINT), indent=4)


def markdown(found: RolloutView) -> str:
    """A summary for a pull request or a chat."""
    head = found.record.summary
    lines = [
        f"### Rollout `{head.id}`: {STATUS[head.status].word}",
        "",
        f"Strategy `{head.strategy}`, commit `{head.commit[:_SHORT]}`, by {_escaped(head.made_by)}"
        + (f": {_escaped(head.reason)}" if head.reason else ""),
        "",
        *([f"**{_escaped(head.why)}**", ""] if head.why else []),
        "| wave | cells | |",
        "|---|---|---|",
    ]
    lines += [
        f"| {item.stage.name}{' ←' if item.is_current else ''} | {len(item.stage.cells)} | {_phases(item)} |"
        for item in found.stages
    ]
    if found.failures:
        lines.append("")
        for item in found.failures:
            cells = named([cell for cell, _ in item.cells], "more cell")
            lines.append(f"- {_WORDS[item.phase]}: {cells}: {_escaped(item.why)}")
    return "\n".join(lines)


def _stage_row(item: StageView) -> tuple[Text, ...]:
    pointer = Text("▸", style=palette.ACCENT) if item.is_current else Text(" ")
    return (
        Text.assemble(pointer, " ", (item.stage.name, palette.STRONG)),
        Text(f"{len(item.stage.cells):,}"),
        Text(_phases(item)),
        Text(_rules(item.stage), style=palette.FAINT),
    )


def _phases(item: StageView) -> str:
    return ", ".join(f"{item.phases[phase]:,} {_WORDS[phase]}" for phase in _ORDER if item.phases.get(phase))


def _failure(item: Failure) -> Flowing:
    cells = named([cell for cell, _ in item.cells], "more cell")
    style = palette.CAUTION if item.phase is Phase.SKIPPED else palette.BAD
    text = Text.assemble((f"  {_WORDS[item.phase]} ", style), f"{cells}: {item.why}")
    return Flowing(text, indent=4)


def _hint(text: str) -> Flowing:
    return Flowing(Text(text), indent=4)


def _because(why: str) -> str:
    return f": {why}" if why else ""


def _rules(stage: Stage) -> str:
    parts = [*(f"{step.label} first" for step in stage.before), f"{stage.parallel} at once"]
    if stage.bake:
        parts.append(f"bakes {_duration(stage.bake // 1000)}")
    parts += [f"then {step.label}" for step in stage.after]
    return ", ".join(parts)


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _duration(seconds: int) -> str:
    for size, letter in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"


def _escaped(text: str) -> str:
    return "".join(
        f"\\{letter}" if letter in "\\`*_{}[]<>|#" else letter for letter in text.replace("\n", " ")
    )
