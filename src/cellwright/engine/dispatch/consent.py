"""Approvals on the record: who consented to which plans (45 CFR 164.312(b))."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.engine.approval import Approver
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.plan import PlanSummary
from cellwright.model.run import Run


@dataclass(frozen=True, slots=True)
class RecordedConsent:
    """Asks another approver and writes a yes into the ledger before anything is applied."""

    inner: Approver
    ledger: Ledger
    run: Run
    actor: Actor

    def approve(self, plans: Mapping[UnitAddress, PlanSummary]) -> bool:
        """Ask; a consent that can't be recorded is none.

        Raises:
            DiagnosticError: the ledger can't be written.
        """
        if not self.inner.approve(plans):
            return False
        digests = {unit: plan_digest(plan) for unit, plan in plans.items()}
        self.ledger.recorder.record_approval(self.run.id, digests, self.actor.name, self.run.reason)
        return True


def plan_digest(plan: PlanSummary) -> str:
    """Digest a plan as it was shown: what was masked there is no part of it."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()
