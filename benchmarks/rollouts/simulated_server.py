"""A server of a simulated rollout: it drives rollouts and takes units from the queue, as `serve` does.

Only what Terraform would do is made up: a unit takes some milliseconds, and some fail.
"""

import random
import time
from pathlib import Path

from simulated_fleet import Place

from cellwright.app.rollouts.ticking import driving
from cellwright.app.runs.hosting.host import HostSettings, QueueHost
from cellwright.app.runs.queued_task import from_json
from cellwright.ledger.queue.claims import Claim
from cellwright.ledger.run_state import UnitState
from cellwright.model.diagnostic import error
from cellwright.model.runs.run import Outcome, UnitResult

HANDS, TTL = 8, 4.0
SECONDS = 0.01
"""What a unit takes on average."""
FIRST = "foundation"
"""The stack of which units fail: others of the cell build on it."""


class StandInHost(QueueHost):
    """Takes units from the queue, and says what became of them without carrying them out."""

    failing: float = 0.0

    def _carry_out(self, claim: Claim) -> None:
        ledger, fencing = self._ledger(), claim.lease.fencing
        time.sleep(random.expovariate(1 / SECONDS))
        ledger.recorder.enter(claim.run, claim.unit, UnitState.PLANNING, fencing=fencing, turn=claim.turn)
        result = UnitResult(claim.unit, Outcome.UNCHANGED)
        if claim.unit.stack == FIRST:
            # By the cell's name: it fails however often it is begun.
            chance = random.Random(str(claim.unit)).random()  # noqa: S311  no secret
            fails = chance < self.failing
            why = (error("it could not be made", "look at its log"),) if fails else ()
            result = UnitResult(claim.unit, Outcome.FAILED if fails else Outcome.APPLIED, diagnostics=why)
        ledger.recorder.record_result(claim.run, result, fencing=fencing, turn=claim.turn)
        ledger.leases.release(claim.lease)
        ledger.queue.advance(claim.run, from_json(claim.task).actor, [claim.unit])


def serve(folder: Path, failing: float) -> None:
    """Be a server until killed."""
    with Place(folder).session() as session:
        host = StandInHost(session, HostSettings(parallel=HANDS, ttl=TTL))
        host.failing = failing
        with host, driving(session, host, host.commits.at):
            print("ready", flush=True)
            while True:
                time.sleep(60)
