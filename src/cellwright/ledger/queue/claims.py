"""Claims: a ready unit and the lease on it, taken in one transaction, within limits, fairly between runs."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.drift.budget import is_used_up, postpone, put_begun
from cellwright.ledger.leases import Held, Holder, Lease, take_lease
from cellwright.ledger.queue.locking import lock_queue
from cellwright.ledger.queue.pauses import NOT_PAUSED
from cellwright.ledger.write.queueing import LAST
from cellwright.model.address import UnitAddress
from cellwright.model.value import Json

_MOST_TRIED = 50
"""Units of a run that somebody else holds, after which the run is left alone for now."""
_HELD_MS = 1000
"""Milliseconds after which a unit that somebody else holds is tried again."""
_PUT_OFF_MS = 60_000
"""As `_HELD_MS`, of a look: nobody waits for it."""
MOST_LOST = 3
"""Claims in a row that may be lost with their workers: after so many the unit itself may end them."""
_PAGE = 200
"""Units that are read at once where a worker takes only some."""

PROMOTE = DialectSql(
    "UPDATE queue_units SET state = 'ready', not_before = NULL"
    " WHERE state = 'delayed' AND not_before <= {now_ms}"
)
HELD = text(
    "SELECT run, account, count(*) AS units FROM queue_units WHERE state = 'claimed' GROUP BY run, account"
)
"""How many units are worked on, by run and account; the empty account stands for none."""
_RUNS = DialectSql(
    f"SELECT run, account, served, task, priority FROM queue_runs WHERE {NOT_PAUSED} AND EXISTS"  # noqa: S608  a constant
    " (SELECT 1 FROM queue_units WHERE queue_units.run = queue_runs.run AND state = 'ready')"
)
# The next account in turn: a few steps along the index, however many units are ready.
_NEXT = text(
    "SELECT account FROM queue_units WHERE run = :run AND state = 'ready'"
    " AND account > :after ORDER BY account LIMIT 1"
)
_UNNAMED = text("SELECT 1 FROM queue_units WHERE run = :run AND state = 'ready' AND account = '' LIMIT 1")
_SAME = DialectSql(
    "SELECT unit, account, labels, ordinal, claims FROM queue_units WHERE run = :run AND state = 'ready'"
    " AND account = :account AND ordinal > :after"
    " AND (place IS NULL OR place = :place OR place_until <= {now_ms}) ORDER BY ordinal LIMIT :limit"
)
# Runs that go before have the unit, too: it is looked at when they are over.
_ELSEWHERE = text(
    "SELECT 1 FROM queue_runs r JOIN queue_units u ON u.run = r.run"
    " WHERE r.priority < :priority AND u.unit = :unit LIMIT 1"
)
_CLAIM = text(
    "UPDATE queue_units SET state = 'claimed', worker = :worker, fencing = :fencing, claims = claims + 1"
    " WHERE run = :run AND unit = :unit"
)
_SERVE = text(
    "UPDATE queue_runs SET served = (SELECT max(served) + 1 FROM queue_runs), account = :account"
    " WHERE run = :run RETURNING (SELECT max(sequence) FROM events WHERE subject = :run"
    " AND action IN ('run.started', 'run.resumed')) AS turn"
)
_DELAY = DialectSql(
    "UPDATE queue_units SET state = 'delayed', not_before = {now_ms} + :delay, worker = NULL, fencing = NULL"
    " WHERE run = :run AND unit = :unit"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many units may be claimed at once; None sets no limit."""

    fleet: int | None = None
    account: int | None = None
    run: int | None = None
    looks_per_hour: int | None = None
    """So many looks for drift of one account begin in any hour; 0: none at all."""


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRequest:
    """Who asks for a unit, and which they take."""

    worker: str
    holder: Callable[[str], Holder]
    """The process, as a holder of leases for a run."""
    ttl: float
    """Seconds that the lease lasts."""
    limits: Limits = NO_LIMITS
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Take only units that have one of these values for each of these labels."""
    place: str = ""
    """The machine: what was planned on another one is left to that for a while."""
    idle_runs: bool = False
    """Take only units of runs of which nothing is claimed, and that don't come last."""
    looks_only: bool = False
    """Take only looks for drift."""
    is_dead: Callable[[Holder], bool] = lambda _holder: False
    """Tells whether a process is known to be gone: its lease is taken over at once, not when it runs out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A unit that was taken, with the lease on it."""

    run: str
    turn: int
    """The run's, at that time."""
    lease: Lease
    task: Json
    """How the run is carried out, as it was queued."""
    claims: int
    """How often in a row the unit has been claimed without being ended or given back, with this time."""

    @property
    def is_hopeless(self) -> bool:
        """Tell whether too many workers were lost with this unit for another one to try it."""
        return self.claims > MOST_LOST

    @property
    def unit(self) -> UnitAddress:
        """Which unit."""
        return self.lease.unit


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A run with units that are ready."""

    run: str
    account: str
    served: int
    task: Json
    held: int
    priority: int


def claim(database: Database, request: ClaimRequest) -> Claim | None:
    """Take the unit that is next, if there is one that may begin."""
    with database.write() as connection:
        lock_queue(connection)
        connection.execute(PROMOTE.of(connection), time_parameters(database.own_time()))
        rows = connection.execute(HELD).all()
        if request.limits.fleet is not None and sum(row[2] for row in rows) >= request.limits.fleet:
            return None
        accounts: Counter[str] = Counter()
        for _, account, count in rows:
            accounts[account] += count
        most = request.limits.account
        full = {name for name, count in accounts.items() if name and most is not None and count >= most}
        for waiting in _in_turn(connection, request, rows, database.own_time()):
            found = _claim_of(connection, database, request, waiting, full)
            if found is not None:
                return found
    return None


def _in_turn(
    connection: Connection,
    request: ClaimRequest,
    held: Any,  # noqa: ANN401  rows
    now: datetime | None,
) -> list[_Waiting]:
    """The runs that may have one more unit, by priority.

    First those that hold least, then the one served longest ago.
    """
    holds: Counter[str] = Counter()
    for run, _, count in held:
        holds[run] += count
    found = []
    for row in connection.execute(_RUNS.of(connection), time_parameters(now)):
        last = row.priority >= LAST
        if last and (request.idle_runs or request.limits.looks_per_hour == 0):
            continue
        if request.looks_only and not last:
            continue
        task = _task(row.task)
        own = task.get("parallel") if isinstance(task, dict) else None
        limits = [limit for limit in (request.limits.run, own) if isinstance(limit, int)]
        most = 1 if request.idle_runs else min(limits, default=None)
        if most is None or holds[row.run] < most:
            waiting = _Waiting(row.run, row.account, row.served, task, holds[row.run], row.priority)
            found.append(waiting)
    return sorted(found, key=lambda item: (item.priority, item.held, item.served, item.run))


def _claim_of(
    connection: Connection, database: Database, request: ClaimRequest, waiting: _Waiting, full: set[str]
) -> Claim | None:
    last = waiting.priority >= LAST
    for tried, row in enumerate(_candidates(connection, database, request, waiting, full)):
        unit = UnitAddress.parse(row.unit)
        named = {"run": waiting.run, "unit": row.unit}
        elsewhere = last and _is_elsewhere(connection, waiting, row.unit)
        taken = None if elsewhere else _lease_on(connection, database, request, unit, waiting.run)
        if not isinstance(taken, Lease):
            # It is tried again a little later, and takes nobody's place meanwhile.
            delay = _PUT_OFF_MS if last else _HELD_MS
            values = {**named, "delay": delay, **time_parameters(database.own_time())}
            connection.execute(_DELAY.of(connection), values)
            if tried >= _MOST_TRIED:
                return None
            continue
        connection.execute(_CLAIM, {**named, "worker": request.worker, "fencing": taken.fencing})
        if last:
            now = database.own_time()
            put_begun(connection, now, waiting.run, row.unit, row.claims + 1, row.account)
        turn = connection.execute(_SERVE, {"run": waiting.run, "account": row.account}).scalar()
        return Claim(run=waiting.run, turn=turn or 0, lease=taken, task=waiting.task, claims=row.claims + 1)
    return None


def _lease_on(
    connection: Connection, database: Database, request: ClaimRequest, unit: UnitAddress, run: str
) -> Lease | Held:
    holder = request.holder(run)
    taken = take_lease(connection, database, unit, holder, request.ttl)
    if isinstance(taken, Held) and request.is_dead(taken.holder):
        return take_lease(connection, database, unit, holder, request.ttl, taken.fencing)
    return taken


def _waits_for_budget(
    connection: Connection, database: Database, request: ClaimRequest, waiting: _Waiting, account: str
) -> bool:
    """Tell whether the budget of an account is used up; the looks of a run that are ready there then wait."""
    most = request.limits.looks_per_hour
    if waiting.priority < LAST or most is None:
        return False
    if not is_used_up(connection, database.own_time(), account, most):
        return False
    postpone(connection, waiting.run, account, most)
    return True


def _is_elsewhere(connection: Connection, waiting: _Waiting, unit: str) -> bool:
    named = {"priority": waiting.priority, "unit": unit}
    return connection.execute(_ELSEWHERE, named).first() is not None


def _candidates(
    connection: Connection, database: Database, request: ClaimRequest, waiting: _Waiting, full: set[str]
) -> Iterator[Any]:
    """The ready units of a run that this worker may take: one account after the other, in turn."""
    wanted = request.labels.get("account")
    for account in _accounts(connection, waiting):
        if account in full or (wanted is not None and account not in wanted):
            continue
        if _waits_for_budget(connection, database, request, waiting, account):
            continue
        after, page = -1, _PAGE if request.labels else 1
        fixed = {"run": waiting.run, "account": account, "place": request.place, "limit": page}
        fixed |= time_parameters(database.own_time())
        while True:
            rows = connection.execute(_SAME.of(connection), {**fixed, "after": after}).all()
            for row in rows:
                after = row.ordinal
                if _takes(request.labels, row.labels):
                    yield row
            if not rows:
                break


def _accounts(connection: Connection, waiting: _Waiting) -> Iterator[str]:
    """The accounts with ready units: first those after the one that was served last."""
    before: set[str] = set()
    for start in (waiting.account, None):
        after = start
        while True:
            # Nothing sorts before the empty name, which stands for no account.
            row = _first(connection, waiting.run) if after is None else _after(connection, waiting.run, after)
            if row is None or row in before:
                break
            before.add(row)
            yield row
            after = row


def _after(connection: Connection, run: str, account: str) -> str | None:
    row = connection.execute(_NEXT, {"run": run, "after": account}).first()
    return row.account if row is not None else None


def _first(connection: Connection, run: str) -> str | None:
    row = connection.execute(_UNNAMED, {"run": run}).first()
    return "" if row is not None else _after(connection, run, "")


def _takes(wanted: Mapping[str, frozenset[str]], labels: str) -> bool:
    if not wanted:
        return True
    found = _labels(labels)
    return all(found.get(name) in values for name, values in wanted.items())


@reads("the labels of a queued unit")
def _labels(text_: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in json.loads(text_).items()}


@reads("how a queued run is carried out")
def _task(text_: str) -> Json:
    found: Json = json.loads(text_)
    return found
