"""The units of one run: how many are where, and those that match a filter, a page at a time.

A run may have tens of thousands of units, and a page shows some of them: the database counts and chooses.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cellwright.ledger.database.codec import load_diagnostics
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.rows import load_address, select_from
from cellwright.ledger.database.run_rows import RunUnitRow, load_run_unit
from cellwright.ledger.database.sql import TextClause, bindparam, text
from cellwright.ledger.run_state import RunUnitRecord, UnitState
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.run import Operation

AWAITING = "awaiting"
"""Where a unit is whose plan waits for an answer: as an outcome, `planned` is something else."""
ANSWERED = "answered"
"""Where a unit is whose plan was answered for, and that has not gone on yet."""

_UNITS = select_from("run_units", RunUnitRow)
_IS_OPEN = (
    "EXISTS (SELECT 1 FROM approvals WHERE approvals.run = run_units.run"
    " AND approvals.unit = run_units.unit AND decision IS NULL)"
)
_PLACE = (
    f"COALESCE(outcome, CASE WHEN state <> '{UnitState.PLANNED.value}' THEN state"
    f" WHEN {_IS_OPEN} THEN '{AWAITING}' ELSE '{ANSWERED}' END)"
)
_BY_WAVE = text(
    f"SELECT wave, place, count(*) FROM (SELECT wave, {_PLACE} AS place FROM run_units"  # noqa: S608  constants of ours
    " WHERE run = :run) placed GROUP BY wave, place ORDER BY wave"
)
_PLACES = text(
    f"SELECT unit, operation, wave, {_PLACE} FROM run_units WHERE run = :run ORDER BY ordinal"  # noqa: S608  as above
)
_PLACES_ONLY = text(f"SELECT unit, {_PLACE} FROM run_units WHERE run = :run ORDER BY ordinal")  # noqa: S608  as above
_UNITS_ONLY = text("SELECT unit FROM run_units WHERE run = :run")
_NAMES = bindparam("units", expanding=True)
_NAMED = text(f"{_UNITS} WHERE run = :run AND unit IN :units ORDER BY ordinal").bindparams(_NAMES)
_DIAGNOSED = text(
    "SELECT run, unit, diagnostics FROM run_units WHERE run IN :runs AND outcome = :outcome"
    " ORDER BY run, ordinal"
).bindparams(bindparam("runs", expanding=True))
_ESCAPED = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_AT_ONCE = 500
"""Units that one statement names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunUnitFilter:
    """Which units of a run; an empty part matches all."""

    where: str = ""
    """An outcome, or the state of a unit that has none yet; for a planned one, `AWAITING` or `ANSWERED`."""
    wave: int | None = None
    words: str = ""
    """A part of the address."""
    over: bool = False
    """Only those that have an outcome."""


@dataclass(frozen=True, slots=True)
class RunUnitQuery:
    """The units of a ledger's runs. Every method raises DiagnosticError when the database fails."""

    database: Database

    def by_wave(self, run: str) -> Mapping[int, Mapping[str, int]]:
        """How many units of each wave, in its order, by outcome or else by state (`AWAITING`, `ANSWERED`)."""
        found: dict[int, dict[str, int]] = {}
        with self.database.read() as connection:
            for wave, where, amount in connection.execute(_BY_WAVE, {"run": run}):
                found.setdefault(wave, {})[where] = amount
        return found

    def places(self, run: str) -> Mapping[UnitAddress, tuple[Operation, int, str]]:
        """Each unit's operation, wave and where it is, in the run's order; without what is large of it."""
        with self.database.read() as connection:
            rows = connection.execute(_PLACES, {"run": run}).all()
        return {load_address(unit): (Operation(name), wave, place) for unit, name, wave, place in rows}

    def places_by_name(self, run: str) -> dict[str, str]:
        """Where each unit is, by its address as text: for whoever wants to know which have moved."""
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(_PLACES_ONLY, {"run": run})}

    def cells(self, run: str) -> tuple[CellAddress, ...]:
        """Give the cells that a run has units of; nothing else is read of tens of thousands of units."""
        with self.database.read() as connection:
            units = connection.execute(_UNITS_ONLY, {"run": run}).scalars().all()
        first = {unit.rpartition("/")[0]: unit for unit in units}
        return tuple(load_address(unit).of_cell for unit in first.values())

    def page(
        self, run: str, only: RunUnitFilter, limit: int, after: UnitAddress | None = None
    ) -> tuple[RunUnitRecord, ...]:
        """The units that match, in the run's order; `after` is the last one on the page before."""
        clauses = ["run = :run"]
        values: dict[str, object] = {"run": run, "limit": limit}
        if only.where:
            clauses.append(f"{_PLACE} = :place")
            values["place"] = only.where
        if only.over:
            clauses.append("outcome IS NOT NULL")
        if only.wave is not None:
            clauses.append("wave = :wave")
            values["wave"] = only.wave
        if only.words:
            clauses.append("lower(unit) LIKE :words ESCAPE '\\'")
            values["words"] = f"%{only.words.lower().translate(_ESCAPED)}%"
        if after is not None:
            clauses.append("ordinal > (SELECT ordinal FROM run_units WHERE run = :run AND unit = :after)")
            values["after"] = str(after)
        statement = text(f"{_UNITS} WHERE {' AND '.join(clauses)} ORDER BY ordinal LIMIT :limit")
        return self._loaded([(statement, values)])

    def named(self, run: str, units: Collection[UnitAddress]) -> tuple[RunUnitRecord, ...]:
        """These units, in the run's order within every five hundred."""
        names = [str(unit) for unit in units]
        return self._loaded(
            (_NAMED, {"run": run, "units": names[start : start + _AT_ONCE]})
            for start in range(0, len(names), _AT_ONCE)
        )

    def diagnosed(self, run: str, outcome: str) -> Sequence[tuple[UnitAddress, tuple[Diagnostic, ...]]]:
        """What was said of each unit with this outcome, in the run's order."""
        return self.diagnosed_of([run], outcome).get(run, ())

    def diagnosed_of(
        self, runs: Sequence[str], outcome: str
    ) -> Mapping[str, Sequence[tuple[UnitAddress, tuple[Diagnostic, ...]]]]:
        """As `diagnosed`, of up to five hundred runs; of each that has such units."""
        with self.database.read() as connection:
            rows = connection.execute(_DIAGNOSED, {"runs": list(runs), "outcome": outcome}).all()
        found: dict[str, list[tuple[UnitAddress, tuple[Diagnostic, ...]]]] = {}
        for row in rows:
            said = (load_address(row.unit), load_diagnostics(row.diagnostics))
            found.setdefault(row.run, []).append(said)
        return found

    def _loaded(
        self, statements: Iterable[tuple[TextClause, Mapping[str, object]]]
    ) -> tuple[RunUnitRecord, ...]:
        with self.database.read() as connection:
            return tuple(
                load_run_unit(RunUnitRow._make(row))
                for statement, values in statements
                for row in connection.execute(statement, values).all()
            )
