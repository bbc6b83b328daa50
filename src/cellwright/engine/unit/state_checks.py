"""Which state a plan was made for, and which one an apply has left: what speaks against believing either."""

from pathlib import Path

from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.journal import Journal
from cellwright.engine.unit.open_unit import OpenUnit
from cellwright.engine.unit.ports import ReadPlan
from cellwright.engine.unit.step_words import killed_here, lost_elsewhere
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.run import Outcome
from cellwright.planning.recorded_state import belongs_to_another, left_another, meets_another, unwritten


def prior_fault(
    task: UnitTask, prior: StateMark | None, before: Path | None, opened: OpenUnit, journal: Journal
) -> Diagnostic | None:
    """Tell what is wrong with the state `prior` that a plan was made for; None if nothing is.

    `before` is where the state is kept from before an apply whose end nobody knows.
    """
    address, known = task.part.address, task.recorded_state
    fault = meets_another(address, known, prior, before) or _lost_elsewhere(address, prior, opened, journal)
    if fault is None and prior is not None and not (known and known.lineage):
        fault = belongs_to_another(address, journal.others_at(address, prior))
    return fault


def _lost_elsewhere(
    address: UnitAddress, prior: StateMark | None, opened: OpenUnit, journal: Journal
) -> Diagnostic | None:
    """Tell what another machine may have made that no state knows of; None if the state was written.

    Of this machine it is a doubt only, and only what the program has told to be made.
    """
    begun = opened.begun
    if begun is None or prior != begun.prior:
        opened.begun = None
        return None
    if opened.lost is None:
        opened.doubts = killed_here(address, journal.made(address), journal.run.id)
        return None
    return lost_elsewhere(address, begun.host, journal.begun(address), journal.run.id)


def written_faults(
    address: UnitAddress, read: ReadPlan, after: StateMark | None, outcome: Outcome, journal: Journal
) -> tuple[Diagnostic | None, Diagnostic | None]:
    """Tell why the state `after` can't be what was written, and why that is doubtful."""
    applied = outcome is Outcome.APPLIED
    if after is None and read.prior is None and not applied:
        return None, None  # a stack with nothing in it has no state
    fault = left_another(address, read.prior, after, must_differ=applied and read.effect.differs)
    if fault is None and after is not None and read.prior is None:
        fault = belongs_to_another(address, journal.others_at(address, after))
    return fault, unwritten(address, read.prior, after) if applied and read.effect.updates else None
