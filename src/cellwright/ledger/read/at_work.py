"""What runs that have not ended are doing: the units that are at work, and the questions that wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cellwright.ledger.database.below import below
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.rows import load_address
from cellwright.ledger.database.sql import bindparam, text
from cellwright.ledger.read.former_names import Period
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome

# From the few runs that have not ended to their units, by the primary keys: no run of the past is read.
_AT_WORK = text(
    # A cross join keeps SQLite from reading the units of all runs first.
    "SELECT run_units.run, run_units.unit, run_units.state FROM runs"  # noqa: S608  constants
    " CROSS JOIN run_units WHERE run_units.run = runs.id AND runs.finished IS NULL"
    " AND run_units.outcome IS NULL AND run_units.state IN"
    f" ('{UnitState.PLANNING.value}', '{UnitState.PLANNED.value}', '{UnitState.APPLYING.value}')"
    " ORDER BY run_units.run, run_units.ordinal"
)
_OPEN = text(
    "SELECT approvals.run, COUNT(*), MIN(approvals.asked_at) FROM runs"  # noqa: S608  constants
    " JOIN approvals ON approvals.run = runs.id"
    " JOIN run_units ON run_units.run = approvals.run AND run_units.unit = approvals.unit"
    " WHERE runs.finished IS NULL AND approvals.decision IS NULL"
    f" AND run_units.state = '{UnitState.PLANNED.value}'"
    " GROUP BY approvals.run ORDER BY MIN(approvals.asked_at), approvals.run"
)
_ENDED_AS = text(
    "SELECT unit FROM run_units WHERE run = :run AND outcome IN :outcomes ORDER BY ordinal"
).bindparams(bindparam("outcomes", expanding=True))
# The newest runs are looked at first, each by the primary key of its units.
_RUNS_OF = (
    "SELECT id FROM runs WHERE id < :before AND EXISTS ("
    "SELECT 1 FROM run_units WHERE run = runs.id AND unit >= :first AND unit < :end)"
)
_ORDER = " ORDER BY id DESC LIMIT :limit"
BEGUN = "coalesce((SELECT min(sequence) FROM events WHERE subject = runs.id AND action = 'run.started'), 1)"
"""The number of the event by which a run began: no clock can set it wrong. 1: it is of before such events."""
_OF_UNITS = text(f"{_RUNS_OF}{_ORDER}")
_OF_UNITS_THEN = text(f"{_RUNS_OF} AND {BEGUN} > :after AND {BEGUN} <= :until{_ORDER}")
_TAKER = text(
    "SELECT id FROM runs WHERE id > :run AND kind <> 'plan' AND EXISTS ("
    "SELECT 1 FROM run_units WHERE run = runs.id AND unit = :unit) ORDER BY id DESC LIMIT 1"
)
_LAST = "~"
"""Comes after every run's id."""
_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class UnitAtWork:
    """A unit that a run has begun and not ended."""

    run: str
    unit: UnitAddress
    state: UnitState


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """The plans of one run that wait for somebody's answer."""

    run: str
    plans: int
    since: str
    """When the oldest of them was asked: UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class AtWork:
    """Reads what is under way. Every method raises DiagnosticError when the database fails."""

    database: Database

    def units(self) -> tuple[UnitAtWork, ...]:
        """Give every unit that is being planned or applied, or whose plan waits."""
        with self.database.read() as connection:
            return tuple(_unit(*row) for row in connection.execute(_AT_WORK).all())

    def questions(self) -> tuple[OpenQuestions, ...]:
        """Give the runs that wait for answers, the one that has waited longest first."""
        with self.database.read() as connection:
            return tuple(OpenQuestions(*row) for row in connection.execute(_OPEN).all())

    def ended_as(self, run: str, outcomes: Collection[Outcome]) -> tuple[UnitAddress, ...]:
        """Give the units of a run that ended in one of these ways, in the run's order."""
        named = {"run": run, "outcomes": sorted(item.value for item in outcomes)}
        with self.database.read() as connection:
            return tuple(load_address(row[0]) for row in connection.execute(_ENDED_AS, named).all())

    def taken_up_by(self, run: str, unit: UnitAddress) -> str | None:
        """Give the newest run after this one that changes the unit, too; None: there is none.

        One that only plans takes nothing up.
        """
        with self.database.read() as connection:
            found: str | None = connection.execute(_TAKER, {"run": run, "unit": str(unit)}).scalar()
            return found

    def runs_of(
        self,
        subject: str,
        limit: int,
        before: str | None = None,
        periods: Sequence[Period] = (),
    ) -> tuple[str, ...]:
        """Give the ids of the newest runs that had a unit, or units of a cell: `client/acme`.

        `periods` is what it was called, and when; without them, this at any time.
        """
        found: set[str] = set()
        with self.database.read() as connection:
            for period in periods or (Period(subject),):
                name = period.name
                # The name's own unit, or all units below it.
                wanted = {"first": name, "end": f"{name}!"} if name.count("/") > 1 else below(name)
                named: dict[str, str | int] = {**wanted, "before": before or _LAST, "limit": limit}
                statement = _OF_UNITS if period.is_whole else _OF_UNITS_THEN
                if not period.is_whole:
                    until = _NEVER if period.until is None else period.until
                    named |= {"after": period.after, "until": until}
                found |= {row[0] for row in connection.execute(statement, named).all()}
        return tuple(sorted(found, reverse=True)[:limit])


@reads("a unit of a run")
def _unit(run: str, unit: str, state: str) -> UnitAtWork:
    return UnitAtWork(run, load_address(unit), UnitState(state))
