from datetime import UTC
from pathlib import Path

from cellwright.app.history.runs import HeldUnit, RunsRequest, runs
from cellwright.ledger.leases import Lease
from contract.ledger.queue.queue_kit import plain, queue_run, unit
from unit.app.kit import open_session
from unit.engine.kit import STRANGER


def test_a_unit_in_the_queue_that_another_machine_holds_is_told_with_who_and_until_when(
    tmp_path: Path,
) -> None:
    (tmp_path / "fleet.yaml").write_text("fleet: small\n")
    with open_session(tmp_path) as session:
        ledger = session.ledger(writing=True)
        queue_run(ledger, "r1", plain("a", "b"))
        lease = ledger.leases.acquire(unit("a"), STRANGER, 60)
        assert isinstance(lease, Lease)
        until = f"{lease.expires.astimezone(UTC):%H:%M:%S} UTC"
        why = f"held by process 7 on elsewhere (run another-run); if that has ended, until {until}"
        assert runs(session, RunsRequest()).held == (HeldUnit("r1", unit("a"), why),)
