"""The queue of a ledger: runs that are carried out by whoever is free."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import text
from cellwright.ledger.leases import Holder
from cellwright.ledger.queue.advance import Advanced, advance
from cellwright.ledger.queue.claims import Claim, ClaimRequest, claim
from cellwright.ledger.queue.occupied import Occupied, occupied
from cellwright.ledger.queue.reaping import Reaped, may_begin, reap
from cellwright.ledger.queue.waiting import GivenBack
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress

_STATES = text("SELECT unit, state FROM queue_units WHERE run = :run ORDER BY ordinal")


@dataclass(frozen=True, slots=True)
class Queue:
    """What any process may do with the queue. Every method raises DiagnosticError when the database fails."""

    database: Database

    def claim(self, request: ClaimRequest) -> Claim | None:
        """Take the unit that is next; None if none may begin."""
        return claim(self.database, request)

    def advance(
        self, run_id: str, actor: Actor | None = None, units: Collection[UnitAddress] | None = None
    ) -> Advanced:
        """Go on with a run after units of it have ended; None looks at all of its units."""
        return advance(self.database, run_id, actor, units)

    def park(self, claimed: Claim, plan_digest: str, place: str = "") -> bool:
        """Let a unit wait for an answer to its plan; tells whether there is one already."""
        return GivenBack(self.database).park(claimed, plan_digest, place)

    def delay(self, claimed: Claim, seconds: float) -> None:
        """Let a unit be tried again later."""
        GivenBack(self.database).delay(claimed, seconds)

    def reap(self, is_dead: Callable[[Holder], bool], *, late: bool = True) -> Reaped:
        """Let units be taken again whose workers are gone."""
        return reap(self.database, is_dead, late=late)

    def may_begin(self, *, looks_only: bool = False) -> bool:
        """Tell whether any unit is ready, or any that is looked at for drift."""
        return may_begin(self.database, looks_only=looks_only)

    def occupied(self, run_id: str, units: Collection[UnitAddress]) -> Occupied:
        """Tell how many units are worked on, and which of these units of a run could be as well."""
        return occupied(self.database, run_id, units)

    def states(self, run_id: str) -> dict[UnitAddress, str]:
        """What the queue has of a run: blocked, ready, delayed, claimed or waiting, by unit, in order."""
        with self.database.read() as connection:
            rows = connection.execute(_STATES, {"run": run_id}).all()
        return {UnitAddress.parse(row.unit): row.state for row in rows}
