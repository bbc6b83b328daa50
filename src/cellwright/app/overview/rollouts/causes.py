"""Why cells of a rollout failed, by cause: what their runs say of it, and what the rollout itself says."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.concealed import concealed
from cellwright.app.rollouts.status import RolloutView
from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.run_unit_query import RunUnitQuery
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.failure_groups import failure_groups
from cellwright.model.runs.run import Outcome
from cellwright.rollout.state import Phase

LOOKED_AT = 200
"""Runs that failed of which the causes are looked for."""


@dataclass(frozen=True, slots=True)
class FailedCell:
    """A cell that failed, and where to read more."""

    cell: CellAddress
    run: str
    """Empty: none began."""
    unit: UnitAddress | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Cells that failed, or were skipped, for one reason."""

    phase: Phase
    why: str
    """In one line; empty where the diagnostics say it."""
    diagnostics: tuple[Diagnostic, ...]
    cells: tuple[FailedCell, ...]
    exact: bool = True
    """False if what was said of the others differs in names, or in numbers of requests."""


def causes(session: FleetSession, view: RolloutView, readable: Reach = everything) -> tuple[Cause, ...]:
    """Group what failed by its cause; the largest groups first."""
    looked_at = list(islice(_failed_runs(view), LOOKED_AT))
    readable = readable.at(view.record.summary.made_at)
    query = RunUnitQuery(session.ledger().database)
    known = query.diagnosed_of(looked_at, Outcome.FAILED.value) if looked_at else {}
    runs: dict[UnitAddress, str] = {}
    said: list[tuple[UnitAddress, tuple[Diagnostic, ...]]] = []
    left: list[Cause] = []
    for failure in view.failures:
        others: list[FailedCell] = []
        for cell, run in failure.cells:
            found = known.get(run, ()) if failure.phase is Phase.FAILED else ()
            if not found:
                others.append(FailedCell(cell, run))
            for unit, diagnostics in found:
                runs[unit] = run
                said.append((unit, concealed(diagnostics, readable)))
        if others:
            left.append(Cause(failure.phase, failure.why, (), tuple(others)))
    groups = [
        Cause(
            Phase.FAILED,
            "",
            group.diagnostics,
            tuple(FailedCell(unit.of_cell, runs[unit], unit) for unit in group.units),
            group.exact,
        )
        for group in failure_groups(said)
    ]
    return tuple(
        sorted((*groups, *left), key=lambda cause: (cause.phase is Phase.SKIPPED, -len(cause.cells)))
    )


def _failed_runs(view: RolloutView) -> Iterator[str]:
    for failure in view.failures:
        if failure.phase is Phase.FAILED:
            yield from (run for _, run in failure.cells if run)
