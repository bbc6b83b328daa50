"""Which cells of a rollout have left the fleet since it began."""

import os
from collections.abc import Mapping
from contextlib import suppress

from cellwright.app.session.session import FleetSession
from cellwright.fleet.config.cells import cell_name
from cellwright.rollout.plan import RolloutPlan
from cellwright.rollout.state import RolloutState
from cellwright.rollout.waves import REMOVED


def cell_names(session: FleetSession) -> Mapping[str, set[str]]:
    """Give the names of the cells of each level as the fleet's files are now; without levels it can't read.

    Looks at names of files only. Not to be called while the ledger is locked: it may wait for the files.
    """
    names: dict[str, set[str]] = {}
    for level in session.levels():
        with suppress(OSError), os.scandir(session.root / level.cells) as entries:
            names[level.name] = {name for entry in entries if (name := cell_name(entry)) is not None}
    return names


def gone_cells(names: Mapping[str, set[str]], plan: RolloutPlan, state: RolloutState) -> frozenset[int]:
    """Give the places of cells that are not over and not among the names; of a level not named, none."""
    removed = {place for stage in plan.stages if stage.wave == REMOVED for place in stage.cells}
    return frozenset(
        place
        for place, cell in enumerate(plan.cells)
        if place not in removed
        and not state.cells[place].phase.is_over
        and cell.address.level in names
        and cell.address.cell not in names[cell.address.level]
    )
