"""Answers on record in the ledger: who approved which plan of a run (45 CFR 164.312(b))."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.ledger.approvals import Answer
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import Approval
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Run

TERMINAL = "terminal"
"""Answered beside the run, and not by a command in another process."""


@dataclass(frozen=True, slots=True)
class LedgerAnswers:
    """The answers to one run's questions; `actor` is who answers beside the run."""

    ledger: Ledger
    run: Run
    actor: Actor

    def record(self, plans: Mapping[UnitAddress, str], *, approved: bool) -> None:
        """Record the answer that was given beside the run; of two answers the first counts.

        Raises:
            DiagnosticError: the ledger can't be written; nothing is approved then.
        """
        given = Answer(actor=self.actor, approved=approved, reason=self.run.reason, how=TERMINAL)
        self.ledger.approvals.answer(self.run.id, plans, given)

    def found(self, plans: Mapping[UnitAddress, str]) -> Mapping[UnitAddress, Approval]:
        """Look for answers, whoever gave them.

        Raises:
            DiagnosticError: the ledger can't be read.
        """
        return self.ledger.approvals.answers(self.run.id, plans)
