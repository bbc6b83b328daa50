"""The progress of runs as it is stored: written by whoever carries a run out, followed by any process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cellwright.ledger.database.codec import dump, plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.location import PostgresLocation
from cellwright.ledger.database.sql import Connection, bindparam, text
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.limits import PROGRESS_DIAGNOSTICS, PROGRESS_PLAN, PROGRESS_TEXT
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ProgressEvent,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
    with_units,
)
from cellwright.model.runs.progress_json import from_json, to_json
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

_WRITERS_LOCK = 0x70726F67
"""An arbitrary number: PostgreSQL's advisory locks are identified by numbers."""
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_ADD = text(
    "INSERT INTO run_progress (run, unit, time, sequence, kind, detail)"
    " VALUES (:run, :unit, :time, :sequence, :kind, :detail)"
)
_COLUMNS = "SELECT id, run, unit, time, sequence, kind, detail FROM run_progress"
_OF_ALL = text(f"{_COLUMNS} WHERE id > :id ORDER BY id LIMIT :limit")
_OF_RUN = text(f"{_COLUMNS} WHERE run = :run AND id > :id ORDER BY id LIMIT :limit")
_OF_UNIT = text(f"{_COLUMNS} WHERE run = :run AND unit = :unit AND id > :id ORDER BY id LIMIT :limit")
_LATEST = text(f"{_COLUMNS} WHERE run = :run AND unit = :unit AND kind = :kind ORDER BY id DESC LIMIT 1")
_UNITS = bindparam("units", expanding=True)
_PLANS = text(
    f"{_COLUMNS} WHERE run = :run AND kind = 'unit_planned' AND unit IN :units ORDER BY id"
).bindparams(_UNITS)
_AT_ONCE = 500
"""Units that one statement names."""
_NEWEST = text("SELECT max(id) FROM run_progress")


@dataclass(frozen=True, slots=True)
class StoredProgress:
    """A stored event and its number among all that the ledger ever stored."""

    id: int
    run: str
    unit: str | None
    """None for what concerns the whole run."""
    time: str
    sequence: int
    kind: str
    detail: Mapping[str, Any]
    """As `model.runs.progress_json` writes it, without the list of a run's units, which the ledger has."""

    @reads("a run's progress")
    def event(self) -> ProgressEvent:
        """The event itself.

        Raises:
            DiagnosticError: the record is damaged.
        """
        return from_json(
            {
                "run": self.run,
                "unit": self.unit,
                "time": self.time,
                "sequence": self.sequence,
                "kind": self.kind,
                "detail": self.detail,
            }
        )


@dataclass(frozen=True, slots=True)
class RunProgress:
    """The stored progress of a ledger's runs. Every method raises DiagnosticError when the database fails."""

    database: Database

    def record(self, events: Sequence[ProgressEvent]) -> None:
        """Store events, in this order, in one transaction; long texts are cut, the log has them whole."""
        if not events:
            return
        rows = [_row(event) for event in events]
        with self.database.write() as connection:
            self._one_writer(connection)
            connection.execute(_ADD, rows)

    def after(self, run: str | None, id: int = 0, limit: int = 1000) -> tuple[StoredProgress, ...]:  # noqa: A002  what it is
        """Give the events after the one with this number, the oldest first: of a run, or of all (None)."""
        statement = _OF_ALL if run is None else _OF_RUN
        with self.database.read() as connection:
            values = {"id": id, "limit": limit, **({} if run is None else {"run": run})}
            return tuple(_stored(tuple(row)) for row in connection.execute(statement, values))

    def of_unit(
        self, run: str, unit: UnitAddress, after: int = 0, limit: int = 1000
    ) -> tuple[StoredProgress, ...]:
        """Give the events of one unit of a run after the one with this number, the oldest first."""
        values = {"run": run, "unit": str(unit), "id": after, "limit": limit}
        with self.database.read() as connection:
            return tuple(_stored(tuple(row)) for row in connection.execute(_OF_UNIT, values))

    def latest(self, run: str, unit: UnitAddress, kind: str) -> StoredProgress | None:
        """Give the newest event of one kind of a unit."""
        with self.database.read() as connection:
            row = connection.execute(_LATEST, {"run": run, "unit": str(unit), "kind": kind}).first()
        return _stored(tuple(row)) if row else None

    def plans(self, run: str, units: Sequence[UnitAddress]) -> tuple[StoredProgress, ...]:
        """Give the events that these units of a run were planned; of each unit the oldest first."""
        names = [str(unit) for unit in units]
        parts = [names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE)]
        with self.database.read() as connection:
            return tuple(
                _stored(tuple(row))
                for part in parts
                for row in connection.execute(_PLANS, {"run": run, "units": part})
            )

    def newest(self) -> int:
        """Give the number of the newest event; 0 if there is none."""
        with self.database.read() as connection:
            return connection.execute(_NEWEST).scalar() or 0

    def _one_writer(self, connection: Connection) -> None:
        """Let events appear in the order of their numbers.

        PostgreSQL gives out numbers before transactions end: a reader who has seen 7 would never ask for 6.
        """
        if isinstance(self.database.location, PostgresLocation):
            connection.execute(_LOCK, {"key": _WRITERS_LOCK})


def _row(event: ProgressEvent) -> dict[str, Json]:
    short = replace(event, progress=_shortened(event.progress))
    fields: Any = to_json(short)
    detail = dump(fields["detail"])
    if isinstance(short.progress, UnitPlanned) and len(detail) > PROGRESS_PLAN:
        detail = dump(_outline(fields["detail"]))
    unit = fields["unit"]
    return {
        "run": event.run,
        "unit": plain_text(unit) if unit is not None else None,
        "time": event.time,
        "sequence": event.sequence,
        "kind": fields["kind"],
        "detail": detail,
    }


def _shortened(progress: Progress) -> Progress:
    match progress:
        case RunStarted() | RunFinished():
            return with_units(progress, ())
        case ProgramSaid(unit, said):
            return ProgramSaid(unit, _cut(said))
        case DiagnosticSeen(unit, diagnostic):
            return DiagnosticSeen(unit, _cut_diagnostic(diagnostic))
        case UnitFinished(result):
            first = result.diagnostics[:PROGRESS_DIAGNOSTICS]
            return UnitFinished(replace(result, diagnostics=tuple(map(_cut_diagnostic, first))))
        case PhaseEntered() | UnitPlanned() | ResourceProgress():
            return progress


def _outline(plan: Mapping[str, Any]) -> Json:
    """A plan that is too large, by its resources alone; if there are too many of these, by its counts."""
    bare: list[Json] = [[address, action, []] for address, action, _ in plan["resources"]]
    whole: dict[str, Json] = {**plan, "resources": bare}
    return whole if len(dump(whole)) <= PROGRESS_PLAN else {**whole, "resources": [], "outputs": []}


def _cut(words: str) -> str:
    return words if len(words) <= PROGRESS_TEXT else f"{words[:PROGRESS_TEXT]}..."


def _cut_diagnostic(diagnostic: Diagnostic) -> Diagnostic:
    return replace(diagnostic, summary=_cut(diagnostic.summary), detail=_cut(diagnostic.detail))


@reads("a run's progress")
def _stored(row: tuple[Any, ...]) -> StoredProgress:
    number, run, unit, time, sequence, kind, detail = row
    return StoredProgress(number, run, unit, time, sequence, kind, read_json(detail))
