"""A process of its own that works on a ledger as a run does, for the tests that need several, or a dying one.

`worker.py contend URL FOLDER NAME COUNT` appends events and fights for leases; FOLDER proves who holds one.
`worker.py apply URL` records units until it is killed, and prints how many it knows to be recorded.
"""

import itertools
import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.leases import Held, Holder
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import applied, result, run

UNITS = [UnitAddress("client", "acme", name) for name in ("a", "b", "c")]
ENDLESS = 5_000


def contend(ledger: Ledger, folder: Path, name: str, count: int) -> None:
    holder = Holder("host", os.getpid(), name, "run")
    dice = random.Random(name)  # noqa: S311 - no secret
    for number in range(count):
        ledger.recorder.append_event(name, "x.y", str(number))
        unit = dice.choice(UNITS)
        lease = ledger.leases.acquire(unit, holder, 600)
        if isinstance(lease, Held):
            continue
        # Fails if another process has it: then two hold one lease, and this one ends with a traceback.
        proof = folder / unit.stack
        os.close(os.open(proof, os.O_CREAT | os.O_EXCL))
        time.sleep(0.002)
        proof.unlink()
        with (folder / f"{unit.stack}.fencing").open("a") as log:
            log.write(f"{lease.fencing}\n")
        assert ledger.leases.renew([lease], 600)
        ledger.leases.release(lease)


def apply(ledger: Ledger) -> None:
    units = [UnitAddress("client", f"c{number}", "app") for number in range(ENDLESS)]
    run_id = "20261122-crash"
    ledger.recorder.start_run(run(run_id, *units))
    for number in itertools.count():
        unit = units[number]
        ledger.recorder.enter(run_id, unit, UnitState.PLANNING)
        ledger.recorder.enter(run_id, unit, UnitState.APPLYING, {"fingerprint": "f1"})
        ledger.recorder.record_applied(
            replace(applied(unit), run=run_id),
            result(Outcome.APPLIED, unit),
            run_id,
            EventDraft("ada", "unit.applied", str(unit)),
        )
        print(number + 1, flush=True)  # noqa: T201 - told to the test


def main() -> None:
    verb, url, *rest = sys.argv[1:]
    with open_ledger(url) as ledger:
        if verb == "apply":
            apply(ledger)
        else:
            folder, name, count = rest
            contend(ledger, Path(folder), name, int(count))


if __name__ == "__main__":
    main()
