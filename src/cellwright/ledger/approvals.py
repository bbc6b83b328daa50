"""Approvals: the questions whether plans may be applied, and their answers. Any process may answer one.

A question is about one plan, named by its digest. It is open while its unit is planned and nobody has
answered; a plan that is made anew makes the question about the former one void.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.codec import plain_text
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.rows import load_address, select_from
from cellwright.ledger.database.run_rows import ApprovalRow, load_approval
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.leases import check_fencing
from cellwright.ledger.run_state import Approval, Decision, UnitState
from cellwright.ledger.write.queueing import wake_waiting
from cellwright.ledger.write.run_writes import enter_state
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.value import Json

COMMAND = "command"
"""Answered by a command, which has shown the plans."""
UNSEEN = "command --yes"
"""Answered by a command that has not shown them."""
BUILD = "build"
"""Answered in a build of a CI system, which has shown the plans and says who answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Somebody's answer to questions."""

    actor: Actor
    approved: bool
    reason: str = ""
    how: str = COMMAND

    @property
    def decision(self) -> Decision:
        """The answer as it is recorded."""
        return Decision.APPROVED if self.approved else Decision.REJECTED


_QUESTIONS = select_from("approvals", ApprovalRow)
_OF_RUN = text(f"{_QUESTIONS} WHERE run = :run ORDER BY unit, asked_at")
_ANSWERED = text(f"{_QUESTIONS} WHERE run = :run AND decision IS NOT NULL")
_VOID = DialectSql(
    f"UPDATE approvals SET decision = '{Decision.VOID.value}', answered_at = {{now}}"  # noqa: S608  constants
    " WHERE run = :run AND unit = :unit AND plan_digest <> :plan_digest AND decision IS NULL"
)
# A plan that was answered for may be made a second time: its answer was for the first, and has its event.
_ASK = DialectSql(
    """
    INSERT INTO approvals (run, unit, plan_digest, asked_at) VALUES (:run, :unit, :plan_digest, {now})
    ON CONFLICT (run, unit, plan_digest) DO UPDATE SET asked_at = excluded.asked_at, decision = NULL,
        answered_by = NULL, answered_at = NULL, reason = NULL, how = NULL
    """
)
# Of several people the first who answers counts; of one person the newest answer, until the plan is acted on.
_ANSWER = DialectSql(
    f"""
    UPDATE approvals SET decision = :decision, answered_by = :answered_by, answered_at = {{now}},
        reason = :reason, how = :how
    WHERE run = :run AND unit = :unit AND plan_digest = :plan_digest
        AND (decision IS NULL OR (decision IN ('approved', 'rejected') AND decision <> :decision
            AND answered_by = :answered_by AND NOT EXISTS (
                SELECT 1 FROM approvals AS other
                WHERE other.run = approvals.run AND other.unit = approvals.unit
                    AND other.plan_digest <> approvals.plan_digest AND other.asked_at >= approvals.asked_at
            )))
        AND EXISTS (
        SELECT 1 FROM run_units WHERE run_units.run = approvals.run AND run_units.unit = approvals.unit
            AND run_units.state = '{UnitState.PLANNED.value}'
    )
    """  # noqa: S608  constants
)
# Taken before an answer is written, and before a plan is acted on: the second sees what the first did.
_LOCK = DialectSql(
    "SELECT 1 FROM approvals WHERE run = :run AND unit = :unit AND plan_digest = :plan_digest{lock}"
)


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def ask(self, run: str, unit: UnitAddress, plan: Json, plan_digest: str, fencing: int | None) -> None:
        """Record that a unit is planned and that its plan waits for an answer; other questions are void.

        `plan` is what another process needs to go on with the plan; it must hold no sensitive value in clear.

        Raises:
            LeaseLost: the caller's lease on the unit is no longer valid.
            TransitionError: the unit is finished, or in no state from which it can be planned.
        """
        with self.database.write() as connection:
            check_fencing(connection, unit, fencing)
            now = self.database.own_time()
            enter_state(connection, run, unit, UnitState.PLANNED, plan, now)
            named = {"run": run, "unit": str(unit), "plan_digest": plan_digest, **time_parameters(now)}
            connection.execute(_VOID.of(connection), named)
            connection.execute(_ASK.of(connection), named)

    def answer(self, run: str, plans: Mapping[UnitAddress, str], answer: Answer) -> frozenset[UnitAddress]:
        """Answer the questions about these plans, each named by its digest; return the units answered for.

        A question that somebody else has answered already, whose plan was replaced, or whose unit no longer
        waits keeps its state; whoever has answered may change their mind until then. Event `run.approved` or
        `run.rejected`, if any question was open.
        """
        with self.database.write() as connection:
            answered = {
                str(unit): digest
                for unit, digest in sorted(plans.items())
                if self._answer(connection, run, unit, digest, answer)
            }
            if answered:
                wake_waiting(connection, run, answered, self.database.own_time())
                detail: dict[str, Json] = {"how": answer.how, "plans": dict(answered)}
                draft = EventDraft(answer.actor, f"run.{answer.decision.value}", run, answer.reason, detail)
                append(connection, self.database, draft)
        return frozenset(load_address(unit) for unit in answered)

    def of_run(self, run: str) -> tuple[Approval, ...]:
        """Every question of a run, by unit and then by when it was asked."""
        with self.database.read() as connection:
            rows = connection.execute(_OF_RUN, {"run": run}).all()
        return tuple(load_approval(ApprovalRow._make(row)) for row in rows)

    def answers(self, run: str, plans: Mapping[UnitAddress, str]) -> dict[UnitAddress, Approval]:
        """The questions about these plans, each named by its digest, that are no longer open."""
        if not plans:
            return {}
        with self.database.read() as connection:
            rows = connection.execute(_ANSWERED, {"run": run}).all()
        found = (load_approval(ApprovalRow._make(row)) for row in rows)
        return {item.unit: item for item in found if plans.get(item.unit) == item.plan_digest}

    def _answer(
        self, connection: Connection, run: str, unit: UnitAddress, digest: str, answer: Answer
    ) -> bool:
        values = {
            "run": run,
            "unit": str(unit),
            "plan_digest": digest,
            "decision": answer.decision.value,
            "answered_by": plain_text(answer.actor.name),
            "reason": plain_text(answer.reason),
            "how": answer.how,
            **time_parameters(self.database.own_time()),
        }
        connection.execute(_LOCK.of(connection), values)
        return connection.execute(_ANSWER.of(connection), values).rowcount > 0
