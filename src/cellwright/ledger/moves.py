"""Moves that are under way: a cell is being renamed, or resources go from one unit's state to another's.

What is on record here comes before anything is written, so that whoever repeats the command can go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.below import below
from cellwright.ledger.database.codec import dump, plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, integrity_errors, text
from cellwright.ledger.leases import check_fencing
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

_ALL = text(
    "SELECT id, kind, subject, target, phase, begun_by, begun_at, reason, detail FROM moves ORDER BY subject"
)
_INSERT = DialectSql(
    "INSERT INTO moves (id, kind, subject, target, phase, begun_by, begun_at, reason, detail)"
    " VALUES (:id, :kind, :subject, :target, :phase, :by, {now}, :reason, :detail)"
)
_OPEN_RUNS = text(
    "SELECT runs.id, run_units.unit FROM runs JOIN run_units ON run_units.run = runs.id"
    " WHERE runs.status = 'running' AND run_units.outcome IS NULL"
    " AND run_units.unit >= :first AND run_units.unit < :end ORDER BY run_units.unit LIMIT 1"
)
_ROLLOUT = text("SELECT rollout FROM rollout_cells WHERE held = :cell LIMIT 1")
_PHASE = text("UPDATE moves SET phase = :phase WHERE id = :id")
_DELETE = text("DELETE FROM moves WHERE id = :id")


class MoveKind(Enum):
    """What is moved."""

    RENAME = "rename"
    """A cell gets another name."""
    SPLIT = "split"
    """Resources go from one unit's state to another's."""


class MovePhase(Enum):
    """How far a move has come."""

    MOVING = "moving"
    """What is concerned is neither here nor there: nobody else may work on it."""
    MOVED = "moved"
    """All is recorded at its new place; only former copies are left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move that is under way."""

    id: str
    kind: MoveKind
    subject: str
    """A cell or a unit, as text."""
    target: str
    detail: Mapping[str, Json]
    """What another process needs to go on with it; no secrets."""
    reason: str = ""
    phase: MovePhase = MovePhase.MOVING
    begun_by: str = ""
    begun_at: str = ""

    def concerns(self, unit: UnitAddress) -> bool:
        """Tell whether a unit may not be worked on because of it."""
        if self.phase is not MovePhase.MOVING:
            return False
        return any(str(unit) == name or str(unit).startswith(f"{name}/") for name in self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The cells, or units, that it is about."""
        more = self.detail.get("cells")
        pairs = more if isinstance(more, Mapping) else {}
        return (self.subject, self.target, *map(str, pairs.keys()), *map(str, pairs.values()))


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves that are under way. Every method raises DiagnosticError when the database fails."""

    database: Database

    def open(self) -> tuple[Move, ...]:
        """Give all of them."""
        with self.database.read() as connection:
            return tuple(map(_move, connection.execute(_ALL)))

    def of(self, subject: str) -> Move | None:
        """Give the one of a cell or unit; None: there is none."""
        return next((item for item in self.open() if item.subject == subject), None)

    def concerning(self, unit: UnitAddress) -> Move | None:
        """Give the one because of which a unit may not be worked on; None: there is none."""
        return next((item for item in self.open() if item.concerns(unit)), None)

    def at_work(self, cell: CellAddress) -> tuple[tuple[str, str] | None, str | None]:
        """Give a run that is not over with a unit of the cell that it has left, and a rollout that has it."""
        with self.database.read() as connection:
            run = connection.execute(_OPEN_RUNS, below(cell)).first()
            rollout = connection.execute(_ROLLOUT, {"cell": str(cell)}).scalar()
        return (None if run is None else (str(run[0]), str(run[1]))), rollout

    def begin(self, move: Move, actor: Actor, event: EventDraft, leases: Mapping[UnitAddress, int]) -> None:
        """Record a move before anything is written, with its event.

        Raises:
            LeaseLost: somebody else has taken one of the units over.
            DiagnosticError: its subject is being moved already.
        """
        row = {
            "id": move.id,
            "kind": move.kind.value,
            "subject": move.subject,
            "target": move.target,
            "phase": move.phase.value,
            "by": plain_text(actor.name),
            "reason": plain_text(move.reason),
            "detail": dump(move.detail),
            **time_parameters(self.database.own_time()),
        }
        with self.database.write() as connection:
            for unit, fencing in leases.items():
                check_fencing(connection, unit, fencing)
            try:
                connection.execute(_INSERT.of(connection), row)
            except integrity_errors():
                raise DiagnosticError(
                    error(f"{move.subject} is being moved already", "repeat this: it goes on with that")
                ) from None
            append(connection, self.database, event)

    def end(self, move: Move, event: EventDraft | None = None) -> None:
        """Forget a move that is over; the trail keeps it."""
        with self.database.write() as connection:
            connection.execute(_DELETE, {"id": move.id})
            if event is not None:
                append(connection, self.database, event)


def enter_phase(connection: Connection, move: Move, phase: MovePhase) -> None:
    """Record how far a move has come, in the caller's transaction."""
    connection.execute(_PHASE, {"id": move.id, "phase": phase.value})


def end_move(connection: Connection, move: Move) -> None:
    """Forget a move that is over, in the caller's transaction."""
    connection.execute(_DELETE, {"id": move.id})


@reads("a move")
def _move(row: Any) -> Move:  # noqa: ANN401  a row
    return Move(
        id=row.id,
        kind=MoveKind(row.kind),
        subject=row.subject,
        target=row.target,
        detail=read_json(row.detail),
        reason=row.reason,
        phase=MovePhase(row.phase),
        begun_by=row.begun_by,
        begun_at=row.begun_at,
    )
