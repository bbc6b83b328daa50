"""Runs, events and ledgers as the command line shows them."""

from dataclasses import replace

from cellwright.app.history.events import Verification
from cellwright.app.history.ledger_init import LedgerReady
from cellwright.app.history.prune import PruneReport
from cellwright.app.history.rekey import Rekeyed
from cellwright.app.history.runs import HeldUnit
from cellwright.ledger.audit import ChainPoint
from cellwright.ledger.database.roles import LedgerRoles
from cellwright.ledger.moving import Moved
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import UnitAddress
from cellwright.model.runs.event import Event
from cellwright.model.runs.run import RunKind, RunStatus
from golden.cli.samples import ACME_APP, RUN

RUNS = (
    RunSummary(
        id=RUN,
        kind=RunKind.APPLY,
        status=RunStatus.FAILED,
        actor="Ada Lovelace <ada@example.com>",
        reason="acme grows",
        started="2026-11-22T21:48:12.000000+00:00",
        finished="2026-11-22T21:49:35.500000+00:00",
        commit="0f192c93e0",
        units=4,
        counts={"applied": 1, "failed": 2, "skipped": 1},
    ),
    RunSummary(
        id="20261122-210000-77aa",
        kind=RunKind.PLAN,
        status=RunStatus.RUNNING,
        actor="ci",
        reason="",
        started="2026-11-22T21:00:00.000000+00:00",
        finished=None,
        commit=None,
        units=1200,
        counts={"pending": 1200},
    ),
)
STOPPED = {RUNS[1].id: f"cellwright resume {RUNS[1].id}"}
EVENTS = (
    Event(
        sequence=1,
        time="2026-11-22T21:48:12.123456+00:00",
        actor="Ada Lovelace <ada@example.com>",
        action="client.onboarded",
        subject="client/acme",
        reason="contract signed",
        detail={"commit": "0f192c93e0"},
        hash="a" * 64,
    ),
    Event(
        sequence=2,
        time="2026-11-22T21:49:35.500000+00:00",
        actor="Ada Lovelace <ada@example.com>",
        action="unit.applied",
        subject="client/acme/app",
        reason="",
        previous="a" * 64,
        hash="b" * 64,
    ),
)
HELD = HeldUnit(
    "20261122-214812-3f9a",
    UnitAddress("client", "acme", "app"),
    "held by process 7 on build-2 (run 20261122-214712-11aa); if that has ended, until 21:49:12 UTC",
)
LONG_NAMED = (EVENTS[0], replace(EVENTS[1], subject="client/acme/database-of-the-second-region"))
"""One has no room beside its row on 80 columns: then none stands there."""
TIP = ChainPoint(7, "ab" * 32)
SOUND = Verification(1200, None)
BROKEN = Verification(17, "event 17: its hash does not fit its content")
LEDGER_READY = LedgerReady(
    "postgresql://ops@db.example/medloop",
    LedgerRoles("ops", "medloop_writer", "medloop_reader", ("medloop_writer", "medloop_reader")),
)
REKEYED = Rekeyed(12, (ACME_APP,), "/fleet/.cellwright/key")
PRUNABLE = PruneReport(
    carried_out=False,
    before="2026-08-24T21:48:12.000000+00:00",
    runs=840,
    records=50_400,
    unfinished=3,
    logs=812,
    folders=1,
    file_bytes=1_234_567_890,
    ledger_bytes=(657_000_000, 657_000_000),
)
PRUNED = replace(PRUNABLE, carried_out=True, unfinished=1, ledger_bytes=(657_000_000, 48_900), compacted=True)
PRUNED_IN_USE = replace(PRUNED, unfinished=0, logs=0, folders=0, ledger_bytes=(999, 999), compacted=False)
NOTHING_PRUNED = replace(PRUNED_IN_USE, runs=0, records=0)

LEDGER_MOVED = Moved(
    source="/fleets/medloop/.cellwright/ledger.db",
    target="postgresql://cellwright_writer@ledger.example.com:5432/cellwright",
    rows=1284,
    events=311,
)
