"""One run, ready for its templates: the same for its page and for what is sent as it changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.overview.runs.live_unit import LiveUnit
from cellwright.app.overview.runs.plan_groups import PlanGroup
from cellwright.app.overview.runs.run_view import RunView, UnitRow, cancel_of
from cellwright.app.overview.runs.waiting import Wait, WaitKind
from cellwright.console.runs.group_shown import GroupShown, group_shown
from cellwright.console.runs.ids import row_id
from cellwright.console.runs.words import (
    ActionWord,
    Word,
    counted,
    duration,
    run_word,
    tally,
    unit_word,
)
from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.run_state import RunSummary, RunUnitRecord
from cellwright.model.address import UnitAddress

_MOST_GROUPS = 8
"""Groups of plans that the run's page lists; all of them are on the page of approvals."""


@dataclass(frozen=True, slots=True)
class WaveShown:
    """One wave."""

    number: int
    units: int
    over: int
    counts: tuple[tuple[str, Word, int], ...]


@dataclass(frozen=True, slots=True)
class RowShown:
    """A unit's row."""

    id: str
    record: RunUnitRecord
    word: Word
    wait: Wait | None
    live: LiveUnit | None
    said: str
    """The first line of what was said of it."""
    tally: tuple[tuple[ActionWord, int], ...]
    took: str


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run."""

    view: RunView
    run: RunSummary
    word: Word
    cancel: CancelRequest | None
    forsaken: bool
    """Whether the run goes on and nobody carries it out."""
    plans: int
    """How many plans wait for an answer."""
    groups: tuple[GroupShown, ...]
    waves: tuple[WaveShown, ...]
    over: int
    rows: tuple[RowShown, ...]


def run_shown(view: RunView, live: Mapping[UnitAddress, LiveUnit]) -> RunShown:
    """Make a run ready to be shown."""
    waves = tuple(
        WaveShown(wave.number, wave.units, wave.over, tuple(counted(wave.counts, view.run.kind)))
        for wave in view.waves
    )
    plans = sum(len(group.plans) for group in view.waiting)
    return RunShown(
        view=view,
        run=view.run,
        word=run_word(view.run, plans, view.pause, stopped=view.is_forsaken),
        cancel=cancel_of(view),
        forsaken=view.is_forsaken,
        plans=plans,
        groups=_groups(view.waiting),
        waves=waves,
        over=sum(wave.over for wave in waves),
        rows=tuple(row_shown(row, live.get(row.record.address)) for row in view.units),
    )


def row_shown(row: UnitRow, live: LiveUnit | None) -> RowShown:
    """Make a unit's row."""
    record = row.record
    asked = row.wait is not None and row.wait.kind is WaitKind.APPROVAL
    said = record.diagnostics[0].summary.strip().splitlines()[:1] if record.diagnostics else []
    return RowShown(
        id=row_id(record.address),
        record=record,
        word=unit_word(record, asked=asked),
        wait=row.wait,
        live=live,
        said=said[0] if said else "",
        tally=tally(record.resources),
        took=duration(record.seconds) if record.seconds else "",
    )


def _groups(groups: tuple[PlanGroup, ...]) -> tuple[GroupShown, ...]:
    return tuple(group_shown(group) for group in groups[:_MOST_GROUPS])
