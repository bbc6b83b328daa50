"""A cell of which only some units were resolved anew: the others are as they were."""

from dataclasses import replace

from cellwright.fleet.cache.cell_cache import Record
from cellwright.fleet.cache.dependencies import Renewal
from cellwright.fleet.resolve.cell import ResolvedCell
from cellwright.fleet.resolve.cell_summary import CellFacts, facts_of


def renewed_facts(part: ResolvedCell, known: Record, renewal: Renewal) -> CellFacts | None:
    """Sum up a cell whose units of `renewal.stacks` are in `part`; their marks are still to be made.

    None if more may have changed than these units, or if anything was found, now or before: findings have
    places, and those of the other units may have moved. Then the whole cell has to be resolved.
    """
    before = known.facts
    if part.cell is None or not part.whole or part.stateless or part.faults or part.findings:
        return None
    asked = {(cell.level, cell.cell, there) for cell, there in part.asked.items()}
    if (
        before.faults
        or before.findings
        or part.layers != tuple(mark[0] for mark in renewal.profile.layers)
        or not asked <= set(renewal.profile.asked)
    ):
        return None
    made = facts_of(part, part.cell)
    if made.ground != before.ground:
        return None
    units = dict(
        zip((unit.stack for unit in made.shape), zip(made.shape, made.backends, strict=True), strict=True)
    )
    pairs = [
        units.get(unit.stack, (unit, backend))
        for unit, backend in zip(before.shape, before.backends, strict=True)
    ]
    return replace(
        before,
        shape=tuple(unit for unit, _ in pairs),
        backends=tuple(backend for _, backend in pairs),
    )
