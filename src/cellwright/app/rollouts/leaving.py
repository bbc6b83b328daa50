"""Which cells of a rollout have left the fleet since it began."""

import os
from contextlib import suppress

from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.cells import cell_name
from cellwright.rollout.plan import RolloutPlan
from cellwright.rollout.state import RolloutState
from cellwright.rollout.waves import REMOVED


def gone_cells(session: FleetSession, plan: RolloutPlan, state: RolloutState) -> frozenset[int]:
    """Give the places of cells that are not over and have no file any more in the fleet as it is now.

    Looks at names of files only. Where that can't be told, nobody has left.
    """
    names: dict[str, set[str]] = {}
    for level in session.levels():
        with suppress(OSError), os.scandir(session.root / level.cells) as entries:
            names[level.name] = {name for entry in entries if (name := cell_name(entry)) is not None}
    removed = {place for stage in plan.stages if stage.wave == REMOVED for place in stage.cells}
    return frozenset(
        place
        for place, cell in enumerate(plan.cells)
        if place not in removed
        and not state.cells[place].phase.is_over
        and cell.address.level in names
        and cell.address.cell not in names[cell.address.level]
    )
