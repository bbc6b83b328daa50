"""A rollout as somebody sees it who may not see all of its cells: of the others neither names nor numbers."""

import re
from collections.abc import Sequence
from dataclasses import replace

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.rollouts.shapes import ShapeGroup
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.address import AddressError, CellAddress
from cellwright.rollout.plan import PlannedCell, RolloutPlan, Stage
from cellwright.rollout.state import CellProgress, RolloutState, StepKey

_ADDRESS = re.compile(r"[^\s/,:;()'\"]+/[^\s/,:;()'\"]+")
_ANOTHER = "another cell"


def seen_record(record: RolloutRecord, readable: Reach) -> RolloutRecord | None:
    """Give a rollout with the cells and waves that somebody may see; None if they may see none of it.

    Budgets are left out, as they tell how many cells others have; and so is why it stands as it does.
    """
    if readable is everything:
        return record
    readable = readable.at(record.summary.made_at)
    kept = [place for place, cell in enumerate(record.plan.cells) if readable(cell.address)]
    if not kept:
        return None
    if len(kept) == len(record.plan.cells):
        return record
    places = {place: new for new, place in enumerate(kept)}
    stages, numbers = _stages(record.plan.stages, places)
    plan = RolloutPlan(
        stages=stages,
        budgets=(),
        cells=tuple(_cell(record.plan.cells[place], places) for place in kept),
        freezes=record.plan.freezes,
    )
    state = _state(record.state, kept, numbers, len(stages), readable)
    counts: dict[str, int] = {}
    for cell in state.cells:
        counts[cell.phase.value] = counts.get(cell.phase.value, 0) + 1
    return replace(record, summary=replace(record.summary, why="", phases=counts), plan=plan, state=state)


def seen_groups(groups: Sequence[ShapeGroup], readable: Reach) -> tuple[ShapeGroup, ...]:
    """Give the plans that wait whose cells somebody may see, by shape."""
    if readable is everything:
        return tuple(groups)
    found = (
        replace(group, questions=tuple(item for item in group.questions if readable(item.unit.of_cell)))
        for group in groups
    )
    return tuple(group for group in found if group.questions)


def concealed(text: str, readable: Reach) -> str:
    """Give a text that names cells, without the names of those that may not be seen."""
    return text if readable is everything else _ADDRESS.sub(lambda match: _shown(match[0], readable), text)


def _shown(address: str, readable: Reach) -> str:
    try:
        return address if readable(CellAddress.parse(address)) else _ANOTHER
    except AddressError:
        return address


def _stages(stages: Sequence[Stage], places: dict[int, int]) -> tuple[tuple[Stage, ...], dict[int, int]]:
    """Give the waves with cells that are kept, and the new number of each."""
    kept: list[Stage] = []
    numbers: dict[int, int] = {}
    first = 0
    for number, stage in enumerate(stages):
        size = sum(place in places for place in stage.cells)
        if size:
            numbers[number] = len(kept)
            kept.append(replace(stage, first=first, end=first + size, budget=0))
            first += size
    return tuple(kept), numbers


def _cell(cell: PlannedCell, places: dict[int, int]) -> PlannedCell:
    return replace(cell, needs=tuple(places[need] for need in cell.needs if need in places))


def _state(
    state: RolloutState, kept: Sequence[int], numbers: dict[int, int], stages: int, readable: Reach
) -> RolloutState:
    cells = (state.cells[place] for place in kept)
    return replace(
        state,
        # At none of theirs, where the wave that it is at has no cell of theirs.
        stage=numbers.get(state.stage, stages),
        cells=tuple(_progress(cell, readable) for cell in cells),
        # Why a check failed names the cells in which it did.
        steps={
            StepKey(numbers[key.stage], key.when, key.place): step._replace(why="")
            for key, step in state.steps.items()
            if key.stage in numbers
        },
        why="",
    )


def _progress(cell: CellProgress, readable: Reach) -> CellProgress:
    return cell._replace(why=concealed(cell.why, readable)) if cell.why else cell
