"""Units that were taken and go back: their plans wait for an answer, or somebody else is in their way."""

from dataclasses import dataclass

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import text
from cellwright.ledger.queue.claims import Claim
from cellwright.ledger.queue.locking import lock_queue
from cellwright.ledger.write.queueing import KEPT_MS

_OWN = "WHERE run = :run AND unit = :unit AND state = 'claimed' AND fencing = :fencing"
_LET_GO = "worker = NULL, fencing = NULL, claims = 0"
"""Who gives a unit back lives: claims that were lost before do not count any more."""
_PARK = DialectSql(
    f"UPDATE queue_units SET state = :state, place = :place, place_until = {{now_ms}} + {KEPT_MS}, {_LET_GO}"  # noqa: S608  constants
    f" {_OWN}"
)
_DELAY = DialectSql(
    f"UPDATE queue_units SET state = 'delayed', not_before = {{now_ms}} + :delay, {_LET_GO} {_OWN}"  # noqa: S608  constants
)
# Locks the question: an answer that is just being recorded has woken nobody, and is waited for.
_ANSWER = DialectSql(
    "SELECT decision FROM approvals WHERE run = :run AND unit = :unit AND plan_digest = :plan_digest{lock}"
)
_RELEASE = text("UPDATE leases SET host = NULL WHERE unit = :unit AND fencing = :fencing")


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Gives claimed units back. A claim that somebody else has taken over changes nothing."""

    database: Database

    def park(self, claim: Claim, plan_digest: str, place: str) -> bool:
        """Let a unit wait until somebody answers for its plan; tells whether somebody has already.

        It has no worker and no lease meanwhile. `place` names the machine on which its plan lies; empty if
        each machine can get it.
        """
        with self.database.write() as connection:
            lock_queue(connection)
            # The lease before the question, as everybody locks them.
            connection.execute(_RELEASE, _named(claim))
            answered = {"run": claim.run, "unit": str(claim.unit), "plan_digest": plan_digest}
            known = connection.execute(_ANSWER.of(connection), answered).scalar() is not None
            values = {**_named(claim), "place": place or None, "state": "ready" if known else "waiting"}
            times = time_parameters(self.database.own_time())
            connection.execute(_PARK.of(connection), {**values, **times})
        return known

    def delay(self, claim: Claim, seconds: float) -> None:
        """Let a unit be tried again later, by anybody."""
        with self.database.write() as connection:
            lock_queue(connection)
            values = {**_named(claim), "delay": int(seconds * 1000)}
            connection.execute(_DELAY.of(connection), {**values, **time_parameters(self.database.own_time())})
            connection.execute(_RELEASE, _named(claim))


def _named(claim: Claim) -> dict[str, object]:
    return {"run": claim.run, "unit": str(claim.unit), "fencing": claim.lease.fencing}
