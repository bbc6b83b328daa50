"""Every question of the fleet that nobody has answered: the plans that wait, whichever run they are of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.rows import load_address
from cellwright.ledger.database.sql import text
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, RunStatus
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

# A run that was cancelled or has died with its questions open may be resumed; until then nobody can answer.
_OPEN = """
    FROM approvals
    JOIN run_units ON run_units.run = approvals.run AND run_units.unit = approvals.unit
    JOIN runs ON runs.id = approvals.run
    WHERE approvals.decision IS NULL AND run_units.state = :planned AND runs.status = :running
"""
_SELECT = (
    "SELECT approvals.run, approvals.unit, approvals.plan_digest, approvals.asked_at, run_units.operation,"
    f" run_units.wave, run_units.plan, runs.actor, runs.reason, runs.started, run_units.ordinal {_OPEN}"
    " AND (approvals.run > :run_after OR (approvals.run = :run_after AND run_units.ordinal > :ordinal_after))"
)
_PAGE = 500
"""Questions that are read at once."""
_ORDER = " ORDER BY approvals.run, run_units.ordinal LIMIT :limit"
_QUESTIONS = text(f"{_SELECT}{_ORDER}")
_OF_RUN = text(f"{_SELECT} AND approvals.run = :run{_ORDER}")
_COUNTS = text(f"SELECT approvals.run, count(*) {_OPEN} GROUP BY approvals.run ORDER BY approvals.run")
_COUNT = text(f"SELECT count(*) {_OPEN} AND approvals.run = :run")
_OPEN_ONLY = {"planned": UnitState.PLANNED.value, "running": RunStatus.RUNNING.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A plan that waits, of a run that goes on."""

    run: str
    unit: UnitAddress
    operation: Operation
    wave: int
    plan_digest: str
    asked_at: str
    """UTC, ISO 8601."""
    plan: Json
    """As it was given to `Approvals.ask`."""
    run_actor: str
    run_reason: str


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """The open questions of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def each(
        self, run: str | None = None, wanted: Callable[[UnitAddress, str], bool] = lambda _unit, _at: True
    ) -> Iterator[OpenQuestion]:
        """The questions about wanted units, of one run or of all, by run and then in the run's order.

        `wanted` is told when the run began, too.

        They are read in pages, as far as somebody asks for more.
        """
        statement = _QUESTIONS if run is None else _OF_RUN
        after = {"run_after": "", "ordinal_after": -1}
        while True:
            values = {**_OPEN_ONLY, **after, "limit": _PAGE, "run": run}
            with self.database.read() as connection:
                rows = connection.execute(statement, values).all()
            for *columns, started, _ in rows:
                if wanted(load_address(columns[1]), started):
                    yield _question(*columns)
            if len(rows) < _PAGE:
                return
            after = {"run_after": rows[-1].run, "ordinal_after": rows[-1].ordinal}

    def counts(self) -> dict[str, int]:
        """How many questions of each run are open; runs without any are left out."""
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(_COUNTS, _OPEN_ONLY)}

    def count(self, run: str) -> int:
        """How many questions of one run are open."""
        with self.database.read() as connection:
            found: int = connection.execute(_COUNT, {**_OPEN_ONLY, "run": run}).scalar_one()
        return found


@reads("an approval")
def _question(  # noqa: PLR0913, PLR0917  the columns of a row
    run: str,
    unit: str,
    digest: str,
    asked_at: str,
    operation: str,
    wave: int,
    plan: str | None,
    actor: str,
    reason: str,
) -> OpenQuestion:
    return OpenQuestion(
        run=run,
        unit=load_address(unit),
        operation=Operation(operation),
        wave=wave,
        plan_digest=digest,
        asked_at=asked_at,
        plan=read_json(plan) if plan else None,
        run_actor=actor,
        run_reason=reason,
    )
