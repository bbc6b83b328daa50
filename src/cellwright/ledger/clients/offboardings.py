"""The offboardings of a ledger. Every step is one transaction that checks the phase it starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.clients.lives import Move, put_move
from cellwright.ledger.clients.rows import COLUMNS, approval, export_to_json, offboarding
from cellwright.ledger.clients.values import ExportRecord, NewOffboarding, Offboarding
from cellwright.ledger.database.codec import dump, plain_json, plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, integrity_errors, text
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError, MissingError, error
from cellwright.model.offboarding import FOLLOWS, Phase
from cellwright.model.value import Json

_OPEN = ", ".join(f"'{phase.value}'" for phase in Phase if phase.is_open)
_PUT = DialectSql(
    "INSERT INTO offboardings (id, cell, held, phase, phase_since, requested_by, requested_at, reason,"
    " back_to, task, hold_seconds, approvals_needed, plan_run, run, why, archived_to)"
    " VALUES (:id, :cell, :cell, 'planning', {now}, :by, {now}, :reason, :back_to, :task, :hold, :needed,"
    " :plan_run, '', '', '')"
)
_LOCKED = DialectSql(f"SELECT {COLUMNS} FROM offboardings WHERE id = :id{{lock}}")  # noqa: S608  constants
_ONE = text(f"SELECT {COLUMNS} FROM offboardings WHERE id = :id")  # noqa: S608  constants
_OF_CELL = text(
    f"SELECT {COLUMNS} FROM offboardings WHERE cell = :cell ORDER BY requested_at DESC, id DESC LIMIT :limit"  # noqa: S608  constants
)
_ALL_OPEN = text(
    f"SELECT {COLUMNS} FROM offboardings WHERE phase IN ({_OPEN}) ORDER BY requested_at, id"  # noqa: S608  constants
)
_NEWEST = text(f"SELECT {COLUMNS} FROM offboardings ORDER BY requested_at DESC, id DESC LIMIT :limit")  # noqa: S608  constants
_SET = DialectSql(
    "UPDATE offboardings SET phase = :phase, phase_since = {now}, hold_until = :hold_until, run = :run,"
    " plan_run = :plan_run, export = :export, why = :why, archived_to = :archived_to, held = :held,"
    " ended_by = :ended_by, ended_at = CASE WHEN :ended = 1 THEN {now} ELSE NULL END WHERE id = :id"
)
_APPROVALS = text(
    "SELECT approved_by, approved_at, reason, identity FROM offboarding_approvals WHERE offboarding = :id"
    " ORDER BY approved_at, approved_by"
)
_APPROVE = DialectSql(
    "INSERT INTO offboarding_approvals (offboarding, approved_by, approved_at, reason, identity)"
    " VALUES (:id, :by, {now}, :reason, :identity) ON CONFLICT (offboarding, approved_by) DO NOTHING"
)
_NOTE = text("UPDATE offboardings SET why = :why WHERE id = :id AND why <> :why")
_TASK = text("UPDATE offboardings SET task = :task WHERE id = :id")
_RUN = text("UPDATE offboardings SET plan_run = :plan_run, run = :run WHERE id = :id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of an offboarding: from one phase to another, and what is recorded with it."""

    before: Phase
    after: Phase
    reason: str = ""
    hold_until: int | None = None
    export: ExportRecord | None = None
    why: str = ""
    archived_to: str = ""
    detail: Mapping[str, Json] = field(default_factory=dict)


_STATES: Mapping[Phase, ClientState] = {
    Phase.DESTROYING: ClientState.DESTROYING,
    Phase.DONE: ClientState.ARCHIVED,
}


@dataclass(frozen=True, slots=True)
class Offboardings:
    """The offboardings of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def begin(self, new: NewOffboarding, actor: Actor) -> Offboarding:
        """Record that a client is to go. Events `offboarding.planning` and `client.moved`.

        Raises:
            DiagnosticError: the client is being offboarded already, or can't be in its state.
        """
        with self.database.write() as connection:
            values = {
                "id": new.id,
                "cell": str(new.cell),
                "by": plain_text(actor.name),
                "reason": plain_text(new.reason),
                "back_to": new.back_to.value,
                "task": dump(plain_json(new.task)),
                "hold": new.hold_seconds,
                "needed": new.approvals_needed,
                "plan_run": new.plan_run,
                **time_parameters(self.database.own_time()),
            }
            try:
                connection.execute(_PUT.of(connection), values)
            except integrity_errors():
                raise _open_already(new.cell) from None
            detail: dict[str, Json] = {
                "offboarding": new.id,
                "hold_seconds": new.hold_seconds,
                "approvals_needed": new.approvals_needed,
            }
            draft = EventDraft(actor, "offboarding.planning", str(new.cell), new.reason, detail)
            append(connection, self.database, draft)
            move = Move(cell=new.cell, to=ClientState.OFFBOARDING, otherwise=new.back_to, reason=new.reason)
            put_move(connection, self.database, move, actor)
            return self._find(connection, new.id)

    def step(self, id_: str, step: Step, actor: Actor) -> bool:
        """Go from one phase to the next. Event `offboarding.PHASE`; `client.moved` where its state changes.

        Returns False, and records nothing, if the offboarding is in another phase: somebody was faster.
        """
        if step.after not in FOLLOWS[step.before]:
            raise ValueError(f"{step.after} does not follow {step.before}")
        with self.database.write() as connection:
            row = connection.execute(_LOCKED.of(connection), {"id": id_}).first()
            if row is None:
                raise _missing(id_)
            known = self._read(connection, row)
            if known.phase is not step.before:
                return False
            ends = not step.after.is_open
            export = step.export or known.export
            values = {
                "id": id_,
                "phase": step.after.value,
                "hold_until": step.hold_until if step.hold_until is not None else known.hold_until,
                "run": known.run,
                "plan_run": known.plan_run,
                "export": None if export is None else dump(export_to_json(export)),
                "why": plain_text(step.why),
                "archived_to": step.archived_to or known.archived_to,
                "held": None if ends else str(known.cell),
                "ended_by": plain_text(actor.name) if ends else None,
                "ended": int(ends),
                **time_parameters(self.database.own_time()),
            }
            connection.execute(_SET.of(connection), values)
            detail: dict[str, Json] = {"offboarding": id_, **step.detail}
            action = f"offboarding.{step.after.value}"
            append(connection, self.database, EventDraft(actor, action, str(known.cell), step.reason, detail))
            state = known.back_to if step.after in _BACK else _STATES.get(step.after)
            if state is not None:
                move = Move(cell=known.cell, to=state, otherwise=ClientState.OFFBOARDING, run=known.run)
                put_move(connection, self.database, move, actor)
            return True

    def approve(self, id_: str, actor: Actor, reason: str) -> bool:
        """Record that somebody agrees. Event `offboarding.approved`. False if they have agreed already."""
        with self.database.write() as connection:
            row = connection.execute(_LOCKED.of(connection), {"id": id_}).first()
            if row is None:
                raise _missing(id_)
            values = {
                "id": id_,
                "by": plain_text(actor.name),
                "reason": plain_text(reason),
                "identity": dump(plain_json(actor.identity())),
                **time_parameters(self.database.own_time()),
            }
            if not connection.execute(_APPROVE.of(connection), values).rowcount:
                return False
            draft = EventDraft(actor, "offboarding.approved", row.cell, reason, {"offboarding": id_})
            append(connection, self.database, draft)
            return True

    def set_runs(self, id_: str, plan_run: str, run: str) -> None:
        """Note the runs that plan and destroy."""
        with self.database.write() as connection:
            connection.execute(_RUN, {"id": id_, "plan_run": plan_run, "run": run})

    def set_task(self, id_: str, task: Json) -> None:
        """Note for whom it is carried out from now on, and how."""
        with self.database.write() as connection:
            connection.execute(_TASK, {"id": id_, "task": dump(plain_json(task))})

    def note(self, id_: str, why: str) -> None:
        """Note why it does not go on; empty: nothing is wrong any more."""
        with self.database.write() as connection:
            connection.execute(_NOTE, {"id": id_, "why": plain_text(why)})

    def find(self, id_: str) -> Offboarding:
        """Give an offboarding.

        Raises:
            MissingError: there is none.
        """
        with self.database.read() as connection:
            return self._find(connection, id_)

    def of_cell(self, cell: CellAddress, limit: int = 1) -> tuple[Offboarding, ...]:
        """The offboardings of a client, the newest first."""
        with self.database.read() as connection:
            rows = connection.execute(_OF_CELL, {"cell": str(cell), "limit": limit}).all()
            return self._all(connection, rows)

    def open_of(self, cell: CellAddress) -> Offboarding | None:
        """The offboarding of a client that goes on; None if there is none."""
        found = self.of_cell(cell)
        return found[0] if found and found[0].phase.is_open else None

    def open(self) -> tuple[Offboarding, ...]:
        """The offboardings that go on, the oldest first."""
        with self.database.read() as connection:
            return self._all(connection, connection.execute(_ALL_OPEN).all())

    def newest(self, limit: int) -> tuple[Offboarding, ...]:
        """The newest offboardings, whatever became of them, the newest first."""
        with self.database.read() as connection:
            return self._all(connection, connection.execute(_NEWEST, {"limit": limit}).all())

    def _find(self, connection: Connection, id_: str) -> Offboarding:
        row = connection.execute(_ONE, {"id": id_}).first()
        if row is None:
            raise _missing(id_)
        return self._read(connection, row)

    def _all(self, connection: Connection, rows: Sequence[Any]) -> tuple[Offboarding, ...]:
        return tuple(self._read(connection, row) for row in rows)

    def _read(self, connection: Connection, row: Any) -> Offboarding:  # noqa: ANN401  a row
        approvals = connection.execute(_APPROVALS, {"id": row.id}).all()
        return offboarding(row, tuple(map(approval, approvals)))


_BACK = frozenset({Phase.CANCELLED, Phase.REFUSED})


def _missing(id_: str) -> MissingError:
    return MissingError(
        error(f"there is no offboarding '{id_}'", "cellwright offboard --due lists the open ones")
    )


def _open_already(cell: CellAddress) -> DiagnosticError:
    return DiagnosticError(
        error(f"{cell} is being offboarded already", f"cellwright offboard {cell.cell} goes on with it")
    )
