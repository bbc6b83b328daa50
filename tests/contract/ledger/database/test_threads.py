"""One open ledger in many threads, as a run of many units uses it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from cellwright.ledger.audit import verify
from cellwright.ledger.leases import Holder, Lease
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import APPLIED, RUN, applied, result, run

UNITS = [UnitAddress("client", f"c{number}", "app") for number in range(48)]
THREADS = 24


def test_many_units_are_recorded_at_once(ledger: Ledger) -> None:
    ledger.recorder.start_run(run(RUN, *UNITS))

    def carry_out(unit: UnitAddress) -> None:
        lease = ledger.leases.acquire(unit, Holder("h", 1, "s", RUN), 60)
        assert isinstance(lease, Lease)
        ledger.recorder.enter(RUN, unit, UnitState.PLANNING, fencing=lease.fencing)
        assert ledger.reader.run_unit(RUN, unit) is not None
        ledger.recorder.enter(RUN, unit, UnitState.APPLYING, {"f": 1}, lease.fencing)
        event = replace(APPLIED, subject=str(unit))
        ledger.recorder.record_applied(
            applied(unit), result(Outcome.APPLIED, unit), RUN, event, lease.fencing
        )
        assert ledger.leases.release(lease)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(carry_out, UNITS))

    assert set(ledger.reader.heads()) == set(UNITS)
    assert {record.outcome for record in ledger.reader.run_units(RUN).values()} == {Outcome.APPLIED}
    assert ledger.reader.lease_holders() == {}
    assert verify(ledger.reader.events(), end=ledger.reader.chain_end()) is None
    assert ledger.reader.chain_end().sequence == len(UNITS) + 1
