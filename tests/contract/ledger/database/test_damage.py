"""Rows that somebody or a disk has changed are a finding of every reader, never an internal error."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from ipaddress import ip_network
from pathlib import Path

import pytest

from cellwright.capacity.claims import PlaceClaim
from cellwright.ipam.claims import BlockClaim, Settled
from cellwright.ledger.audit import verify
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.quick_opening import open_for_units
from cellwright.ledger.run_state import UnitState
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.samples import APP, RUN, applied, run

CLAIM = BlockClaim(block=ip_network("10.64.0.0/22"), pool="clients", cell="client/acme")
_STRANGE = ("", "x", "[1", '{"a": 1}', "9" * 400, b"\xff\x00")
_COLUMNS = (
    "heads.unit",
    "heads.lineage",
    "units.inputs",
    "units.recipe",
    "units.product",
    "outputs.outputs",
    "runs.kind",
    "runs.status",
    "runs.outcomes",
    "run_units.unit",
    "run_units.operation",
    "run_units.state",
    "run_units.outcome",
    "run_units.resources",
    "run_units.diagnostics",
    "run_units.intent",
    "run_units.plan",
    "leases.unit",
    "leases.expires",
    "approvals.unit",
    "approvals.decision",
    "events.detail",
    "events.time",
    "events.hash",
    "chain.sequence",
    "chain.hash",
    "blocks.block",
    "blocks.released_at",
    "placements.uses",
    "placements.claimed_at",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with a row in every table."""
    path = tmp_path_factory.mktemp("whole") / "ledger.db"
    with open_ledger(sqlite_url(path)) as ledger:
        ledger.recorder.start_run(run())
        ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
        ledger.approvals.ask(RUN, APP, {"a": "plan"}, "digest", None)
        ledger.leases.acquire(APP, Holder("host-1", 4711, "boot-1", RUN), 60)
        ledger.blocks.change(lambda _: Settled((CLAIM,)))
        ledger.placements.claim(lambda _: [PlaceClaim("client/acme", "prod", (("roles", 2),))])
        ledger.recorder.enter(RUN, APP, UnitState.APPLYING, {"an": "intent"}, attempted=applied())
    return path


@pytest.mark.parametrize("column", _COLUMNS)
def test_a_damaged_row_is_a_finding(whole: Path, tmp_path: Path, column: str) -> None:
    table, name = column.split(".")
    read = 0
    for number, value in enumerate(_STRANGE):
        path = tmp_path / f"{number}.db"
        path.write_bytes(whole.read_bytes())
        with closing(sqlite3.connect(path)) as connection:
            for (trigger,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            connection.execute(f"UPDATE OR IGNORE {table} SET {name} = ?", [value])  # noqa: S608  ours
            connection.commit()
        with open_ledger(sqlite_url(path)) as ledger:
            for reader in _readers(ledger, sqlite_url(path)):
                with suppress(DiagnosticError):  # whatever else it raises fails the test
                    reader()
                read += 1
    assert read


def _readers(ledger: Ledger, url: str) -> tuple[Callable[[], object], ...]:
    reader = ledger.reader

    def quick() -> None:
        with open_for_units(url) as units:
            units.heads()
            units.applied(None)

    return (
        lambda: dict(reader.heads()),
        lambda: dict(reader.all_outputs()),
        lambda: reader.applied(None),
        reader.binaries,
        lambda: reader.run(RUN),
        lambda: reader.runs(9),
        lambda: reader.run_units(RUN),
        reader.lease_holders,
        lambda: ledger.approvals.of_run(RUN),
        ledger.blocks.claims,
        ledger.placements.claims,
        lambda: verify(reader.events(), end=reader.chain_end()),
        lambda: ledger.recorder.append_event("ada", "trial.made", "x"),
        quick,
    )


@pytest.mark.parametrize("column", ["run_units.state", "units.recipe", "outputs.outputs", "heads.unit"])
def test_the_finding_says_what_to_do(whole: Path, tmp_path: Path, column: str) -> None:
    table, name = column.split(".")
    path = tmp_path / "ledger.db"
    path.write_bytes(whole.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE OR IGNORE {table} SET {name} = 'x'")  # noqa: S608  ours
        connection.commit()
    with open_ledger(sqlite_url(path)) as ledger:
        read = ledger.reader

        def all_of_it() -> None:
            read.run_units(RUN)
            read.heads()
            read.applied(None)

        with pytest.raises(DiagnosticError, match="is damaged") as told:
            all_of_it()
    assert "restore the ledger from a backup" in told.value.diagnostics[0].detail
