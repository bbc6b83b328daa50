"""The rollouts of a ledger. Every change is one transaction under the rollout's row lock."""

from collections.abc import Mapping, Sequence
from typing import Any

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import iso, milliseconds
from cellwright.ledger.database.codec import dump, plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, bindparam, integrity_errors, text
from cellwright.ledger.rollouts.codec import plan_to_json, state_to_json
from cellwright.ledger.rollouts.rows import (
    ONE,
    SUMMARY,
    KnownPlans,
    changed,
    has_moved,
    put_cells,
    put_steps,
    read_record,
    read_runs,
    read_summary,
)
from cellwright.ledger.rollouts.values import (
    Change,
    Decide,
    HeldCell,
    NewRollout,
    RolloutRecord,
    RolloutSummary,
)
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, MissingError, error
from cellwright.model.value import Json
from cellwright.rollout.requests import superseded
from cellwright.rollout.state import RolloutStatus, StepKey, first_state

_AT_ONCE = 500
_ACTIVE = ", ".join(f"'{status.value}'" for status in RolloutStatus if status.is_active)
_CELLS = bindparam("cells", expanding=True)

_PUT = DialectSql(
    "INSERT INTO rollouts (id, strategy, fleet_commit, made_by, made_at, reason, plan, task, status, state,"
    " changed_at) VALUES (:id, :strategy, :commit, :made_by, {now}, :reason, :plan, :task, :status, :state,"
    " {now})"
)
_PUT_CELL = text(
    "INSERT INTO rollout_cells (rollout, place, cell, held, phase, attempt, run, begun, ended, why)"
    " VALUES (:id, :place, :cell, :cell, 'waiting', 0, '', 0, 0, '')"
)
_HELD = text("SELECT held, rollout FROM rollout_cells WHERE held IN :cells ORDER BY held").bindparams(_CELLS)
_HALTED = text(
    "SELECT DISTINCT r.id FROM rollout_cells c JOIN rollouts r ON r.id = c.rollout"
    " WHERE c.cell IN :cells AND r.status = 'halted' AND r.id <> :id"
).bindparams(_CELLS)
_NEWER = text(
    "SELECT later.rollout FROM rollout_cells mine JOIN rollout_cells later ON later.cell = mine.cell"
    " JOIN rollouts r ON r.id = later.rollout"
    " WHERE mine.rollout = :id AND later.rollout <> :id"
    " AND r.made_at > (SELECT made_at FROM rollouts WHERE id = :id) ORDER BY later.rollout LIMIT 1"
)
_LET_GO = text("UPDATE rollout_cells SET held = NULL WHERE rollout = :id AND held IS NOT NULL")
_HOLD = text("UPDATE rollout_cells SET held = cell WHERE rollout = :id AND held IS NULL")
_SET = DialectSql(
    "UPDATE rollouts SET status = :status, state = :state, look_at = :look_at, changed_at = {now}"
    " WHERE id = :id"
)
_LOOK_AT = text("UPDATE rollouts SET look_at = :look_at WHERE id = :id")
# A rollout of which a run has ended, or was never submitted, or whose time has come.
_DUE = DialectSql(
    f"SELECT id FROM rollouts WHERE status IN ({_ACTIVE}) AND (status = 'pending' OR look_at <= {{now_ms}}"  # noqa: S608  constants
    " OR EXISTS (SELECT 1 FROM rollout_cells c LEFT JOIN runs ON runs.id = c.run"
    " WHERE c.rollout = rollouts.id AND c.phase IN ('starting', 'running', 'overdue')"
    " AND (runs.id IS NULL OR runs.status <> 'running' OR c.phase = 'starting'))) ORDER BY id"
)
_LIST = text(f"SELECT {SUMMARY} FROM rollouts ORDER BY made_at DESC, id DESC LIMIT :limit")  # noqa: S608  constants
_SUMMARY = text(f"SELECT {SUMMARY} FROM rollouts WHERE id = :id")  # noqa: S608  constants
# A cell that was retried has its newest run only; the run's own reason names the rollout as well.
_OF_RUN = text(
    "SELECT id FROM rollouts WHERE id IN (SELECT rollout FROM rollout_cells WHERE run = :run)"
    " OR 'rollout ' || id = (SELECT reason FROM runs WHERE id = :run)"
)
_COUNTS = text(
    "SELECT rollout, phase, count(*) AS cells FROM rollout_cells WHERE rollout IN :ids"
    " GROUP BY rollout, phase"
).bindparams(bindparam("ids", expanding=True))
_CLAIM = DialectSql(
    "INSERT INTO rollout_steps (rollout, stage, moment, place, state, attempt, answered_by, why,"
    " claimed_until) VALUES (:id, :stage, :moment, :place, 'open', :attempt, '', '', {now_ms} + :ttl)"
    " ON CONFLICT (rollout, stage, moment, place) DO UPDATE SET claimed_until = {now_ms} + :ttl"
    " WHERE rollout_steps.state = 'open' AND rollout_steps.attempt = :attempt"
    " AND (rollout_steps.claimed_until IS NULL OR rollout_steps.claimed_until <= {now_ms})"
)
_SHAPES = text("SELECT shape, answered_by FROM rollout_shapes WHERE rollout = :id")
_PUT_SHAPE = DialectSql(
    "INSERT INTO rollout_shapes (rollout, shape, answered_by, answered_at, reason)"
    " VALUES (:id, :shape, :by, {now}, :reason) ON CONFLICT (rollout, shape) DO NOTHING"
)


class Rollouts:
    """The rollouts of a ledger. Every method raises DiagnosticError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._plans = KnownPlans()

    def start(self, new: NewRollout, actor: Actor, detail: Mapping[str, Json]) -> RolloutRecord:
        """Record a rollout; nothing of it has begun. Event `rollout.started`.

        Those that were halted and have cells of it are superseded.

        Raises:
            DiagnosticError: an active rollout has some of its cells.
        """
        with self._database.write() as connection:
            cells = [str(item.address) for item in new.plan.cells]
            self._refuse_held(connection, cells)
            state = first_state(new.plan)
            values = {
                "id": new.id,
                "strategy": new.strategy,
                "commit": new.commit,
                "made_by": plain_text(new.made_by),
                "reason": plain_text(new.reason),
                "plan": dump(plan_to_json(new.plan)),
                "task": dump(new.task),
                "status": state.status.value,
                "state": dump(state_to_json(state)),
                **time_parameters(self._database.own_time()),
            }
            connection.execute(_PUT.of(connection), values)
            rows = [{"id": new.id, "place": place, "cell": cell} for place, cell in enumerate(cells)]
            try:
                connection.execute(_PUT_CELL, rows)
            except integrity_errors():
                # Another process was a moment faster.
                raise _taken("another rollout that has begun just now") from None
            for halted in self._halted(connection, cells, new.id):
                self._supersede(connection, halted, new.id, actor)
            append(
                connection, self._database, EventDraft(actor, "rollout.started", new.id, new.reason, detail)
            )
            return self._record(connection, new.id)

    def find(self, rollout: str) -> RolloutRecord:
        """Give a rollout with all its cells.

        Raises:
            MissingError: there is none.
        """
        with self._database.read() as connection:
            return self._record(connection, rollout)

    def newest(self, limit: int) -> tuple[RolloutSummary, ...]:
        """Give the newest rollouts, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(_LIST, {"limit": limit}).all()
            return summaries(connection, rows)

    def summary(self, rollout: str) -> RolloutSummary:
        """Give a rollout without its cells, which takes no longer for many of them.

        Raises:
            MissingError: there is none.
        """
        with self._database.read() as connection:
            rows = connection.execute(_SUMMARY, {"id": rollout}).all()
            if not rows:
                raise no_rollout(rollout)
            return summaries(connection, rows)[0]

    def of_run(self, run: str) -> str | None:
        """Name the rollout that a run is, or was, a part of."""
        with self._database.read() as connection:
            found: str | None = connection.execute(_OF_RUN, {"run": run}).scalar()
            return found

    def due(self) -> tuple[str, ...]:
        """Name the active rollouts of which something may go on now."""
        with self._database.read() as connection:
            times = time_parameters(self._database.own_time())
            return tuple(connection.execute(_DUE.of(connection), times).scalars().all())

    def change(self, rollout: str, decide: Decide) -> RolloutRecord:
        """Change a rollout as `decide` says, under its row lock; gives it as it is then.

        Raises:
            MissingError: there is none.
            DiagnosticError: it would be active again, and another one has, or has changed, cells of it; or
                whatever `decide` raises: nothing is changed then.
        """
        with self._database.write() as connection:
            record = self._record(connection, rollout, locked=True)
            now = self._database.now(connection)
            change = decide(record, read_runs(connection, rollout), milliseconds(now))
            self._save(connection, record, change)
            return changed(record, change.state, iso(now))

    def claim_check(self, rollout: str, key: StepKey, attempt: int, seconds: float) -> bool:
        """Take a check for so many seconds; False if another process has it, or it is answered."""
        with self._database.write() as connection:
            values = {
                "id": rollout,
                "stage": key.stage,
                "moment": key.when,
                "place": key.place,
                "attempt": attempt,
                "ttl": int(seconds * 1000),
                **time_parameters(self._database.own_time()),
            }
            return connection.execute(_CLAIM.of(connection), values).rowcount > 0

    def approved_shapes(self, rollout: str) -> dict[str, str]:
        """Give the shapes of plans that are approved wherever they come up in a rollout, and by whom."""
        with self._database.read() as connection:
            rows = connection.execute(_SHAPES, {"id": rollout}).all()
        return {row.shape: row.answered_by for row in rows}

    def approve_shapes(self, rollout: str, shapes: Sequence[str], actor: Actor, reason: str = "") -> None:
        """Approve every plan of these shapes that comes up in a rollout. Event `rollout.shapes_approved`."""
        with self._database.write() as connection:
            if connection.execute(_LOCK.of(connection), {"id": rollout}).first() is None:
                raise no_rollout(rollout)
            fixed = {
                "id": rollout,
                "by": plain_text(actor.name),
                "reason": plain_text(reason),
                **time_parameters(self._database.own_time()),
            }
            for shape in shapes:
                connection.execute(_PUT_SHAPE.of(connection), {**fixed, "shape": shape})
            detail: dict[str, Json] = {"shapes": list(shapes)}
            draft = EventDraft(actor, "rollout.shapes_approved", rollout, reason, detail)
            append(connection, self._database, draft)

    def _save(self, connection: Connection, record: RolloutRecord, change: Change) -> None:
        before, after = record.state, change.state
        if after.status.is_active and not before.status.is_active:
            self._take_again(connection, record)
        put_cells(connection, record.id, before, after)
        put_steps(connection, record.id, before, after)
        if has_moved(before, after):
            values = {
                "id": record.id,
                "status": after.status.value,
                "state": dump(state_to_json(after)),
                "look_at": change.look_at,
                **time_parameters(self._database.own_time()),
            }
            connection.execute(_SET.of(connection), values)
        else:
            connection.execute(_LOOK_AT, {"id": record.id, "look_at": change.look_at})
        if not after.status.is_active:
            connection.execute(_LET_GO, {"id": record.id})
        for draft in change.events:
            append(connection, self._database, draft)

    def _take_again(self, connection: Connection, record: RolloutRecord) -> None:
        """Hold the cells of a rollout that goes on, unless another one has changed some of them since."""
        newer = connection.execute(_NEWER, {"id": record.id}).scalar()
        if newer is not None:
            detail = f"retry that one, or start a new rollout: cellwright rollout status {newer}"
            raise DiagnosticError(error(f"the rollout {newer} has changed cells of it since", detail))
        self._refuse_held(connection, [str(item.address) for item in record.plan.cells])
        try:
            connection.execute(_HOLD, {"id": record.id})
        except integrity_errors():
            raise _taken("another rollout that has begun just now") from None

    def _refuse_held(self, connection: Connection, cells: Sequence[str]) -> None:
        held = _held(connection, cells)
        if held:
            first, more = held[0], len(held) - 1
            others = f" and {more} more of its cells" if more else ""
            raise _taken(f"the rollout {first.rollout}, which has {first.cell}{others}")

    def _halted(self, connection: Connection, cells: Sequence[str], rollout: str) -> list[str]:
        found: dict[str, None] = {}
        for start in range(0, len(cells), _AT_ONCE):
            values = {"cells": list(cells[start : start + _AT_ONCE]), "id": rollout}
            found |= dict.fromkeys(connection.execute(_HALTED, values).scalars().all())
        return list(found)

    def _supersede(self, connection: Connection, halted: str, by: str, actor: Actor) -> None:
        record = self._record(connection, halted, locked=True)
        draft = EventDraft(actor, "rollout.superseded", halted, "", {"by": by})
        self._save(connection, record, Change(state=superseded(record.state, by), events=(draft,)))

    def _record(self, connection: Connection, rollout: str, *, locked: bool = False) -> RolloutRecord:
        statement = ONE.of(connection) if locked else _ONE
        row = connection.execute(statement, {"id": rollout}).first()
        if row is None:
            raise no_rollout(rollout)
        return read_record(connection, row, self._plans)


_ONE = text("SELECT * FROM rollouts WHERE id = :id")
_LOCK = DialectSql("SELECT id FROM rollouts WHERE id = :id{lock}")


def _held(connection: Connection, cells: Sequence[str]) -> tuple[HeldCell, ...]:
    found: list[HeldCell] = []
    for start in range(0, len(cells), _AT_ONCE):
        rows = connection.execute(_HELD, {"cells": list(cells[start : start + _AT_ONCE])}).all()
        found += [HeldCell(CellAddress.parse(row.held), row.rollout) for row in rows]
    return tuple(found)


def summaries(connection: Connection, rows: Sequence[Any]) -> tuple[RolloutSummary, ...]:
    """Give rollouts of which the rows are, with the counts of their cells."""
    counts: dict[str, dict[str, int]] = {row.id: {} for row in rows}
    for rollout, phase, cells in connection.execute(_COUNTS, {"ids": list(counts)}):
        counts[rollout][phase] = cells
    return tuple(read_summary(row, counts[row.id]) for row in rows)


def no_rollout(rollout: str) -> MissingError:
    """Say that there is no such rollout."""
    return MissingError(error(f"there is no rollout '{rollout}'", "cellwright rollout status lists them"))


def _taken(by: str) -> DiagnosticError:
    advice = "wait until that one is over, or halt it: cellwright rollout halt"
    return DiagnosticError(error(f"cells of it are being changed by {by}", advice))
