"""Puts the units of a run into the queue, inside the recorder's transactions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.database.codec import dump, plain_text
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text
from cellwright.model.address import UnitAddress
from cellwright.model.value import Json

if TYPE_CHECKING:
    from cellwright.ledger.drift.values import Window

NORMAL, LAST = 0, 1
"""Priorities: of a run that comes last nothing begins while anything of another one may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedUnit:
    """A unit of a run that is carried out by whoever is free."""

    address: UnitAddress
    wave: int = 0
    account: str = ""
    """Where it is applied: so many units of one account run at once as the limits allow."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What workers choose units by."""
    upstreams: frozenset[UnitAddress] = frozenset()
    """Units of the same run that have to succeed before it."""
    not_before: int | None = None
    """When it may begin: milliseconds since 1970; None: at once. For units that wait for no other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedRun:
    """What is to be done of a run by whoever is free, and how."""

    task: Json
    """Whatever a worker needs to know besides the run itself; must hold no sensitive value."""
    units: tuple[QueuedUnit, ...]
    """In the order in which they begin, as far as they may."""
    not_before: datetime | None = None
    """When the first of them may begin; None: at once."""
    by: str = ""
    """Who wants it to begin no earlier."""
    rollout: str = ""
    """The rollout that waits for this run; it begins only while that is so. Empty: none."""
    priority: int = NORMAL
    window: "Window | None" = None
    """The window of a schedule in which it looks; it is opened with the run."""


KEPT_MS = 60_000
"""Milliseconds after an answer in which only the machine takes a unit that has its plan."""

_WAKE = DialectSql(
    f"UPDATE queue_units SET state = 'ready', place_until = {{now_ms}} + {KEPT_MS}"  # noqa: S608  a constant
    " WHERE run = :run AND unit = :unit AND state = 'waiting'"
)
_LEAVE = text("DELETE FROM queue_runs WHERE run = :run")
_PUT_RUN = DialectSql(
    "INSERT INTO queue_runs (run, task, served, account, paused_by, paused_at, paused_until, priority)"
    " VALUES (:run, :task, 0, '', :by, CASE WHEN CAST(:by AS text) IS NULL THEN NULL ELSE {now} END, :until,"
    " :priority)"
)
_PUT_UNIT = text(
    "INSERT INTO queue_units (run, unit, ordinal, wave, account, labels, missing, state, not_before,"
    " claims) VALUES (:run, :unit, :ordinal, :wave, :account, :labels, :missing, :state, :not_before, 0)"
)
_PUT_EDGE = text("INSERT INTO queue_edges (run, upstream, downstream) VALUES (:run, :upstream, :downstream)")


def put_queued(connection: Connection, run_id: str, queued: QueuedRun, now: datetime | None) -> None:
    """Put a run into the queue, in place of what the queue has of it; its first units are ready at once."""
    connection.execute(_LEAVE, {"run": run_id})
    held = queued.not_before is not None
    values = {
        "run": run_id,
        "task": dump(queued.task),
        "by": plain_text(queued.by) if held else None,
        "priority": queued.priority,
        "until": milliseconds(queued.not_before) if queued.not_before is not None else None,
        **time_parameters(now),
    }
    connection.execute(_PUT_RUN.of(connection), values)
    members = {unit.address for unit in queued.units}
    first = min((unit.wave for unit in queued.units), default=0)
    rows, edges = [], []
    for ordinal, unit in enumerate(queued.units):
        upstreams = sorted(unit.upstreams & members)
        edges += [
            {"run": run_id, "upstream": str(upstream), "downstream": str(unit.address)}
            for upstream in upstreams
        ]
        rows.append(
            {
                "run": run_id,
                "unit": str(unit.address),
                "ordinal": ordinal,
                "wave": unit.wave,
                "account": unit.account,
                "labels": dump(dict(unit.labels)),
                "missing": len(upstreams),
                "state": _state(unit, blocked=bool(upstreams) or unit.wave > first),
                "not_before": unit.not_before,
            }
        )
    if rows:
        connection.execute(_PUT_UNIT, rows)
    if edges:
        connection.execute(_PUT_EDGE, edges)


def _state(unit: QueuedUnit, *, blocked: bool) -> str:
    if blocked:
        return "blocked"
    return "ready" if unit.not_before is None else "delayed"


def wake_waiting(connection: Connection, run_id: str, units: Iterable[str], now: datetime | None) -> None:
    """Let units begin again whose plans were answered for, if they are in the queue and wait there."""
    values = [{"run": run_id, "unit": unit, **time_parameters(now)} for unit in units]
    connection.execute(_WAKE.of(connection), values)


def leave_queue(connection: Connection, run_id: str) -> None:
    """Take a run out of the queue: it is over, or one process carries it out from now on."""
    connection.execute(_LEAVE, {"run": run_id})
