"""How many units of a run are in which state: exact, but of a large run up to a second old."""

import pytest

from cellwright.ledger.database import counts
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from contract.ledger.samples import RUN, run

UNITS = [UnitAddress("client", f"c{number}", "app") for number in range(4)]


def pending(ledger: Ledger) -> int:
    found = ledger.reader.summary(RUN)
    assert found is not None
    return found.counts.get(UnitState.PENDING.value, 0)


@pytest.mark.parametrize(("large", "seen"), [(5, [4, 3, 2]), (4, [4, 4, 2])])
def test_counts_of_a_large_run_are_kept_for_a_moment(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, large: int, seen: list[int]
) -> None:
    monkeypatch.setattr(counts, "LARGE", large)
    monkeypatch.setattr(counts, "_KEPT", 3_600.0)
    ledger.recorder.start_run(run(RUN, *UNITS))
    found = [pending(ledger)]
    ledger.recorder.enter(RUN, UNITS[0], UnitState.PLANNING)
    found.append(pending(ledger))
    ledger.recorder.enter(RUN, UNITS[1], UnitState.PLANNING)
    monkeypatch.setattr(counts, "_KEPT", 0.0)
    found.append(pending(ledger))
    assert found == seen
