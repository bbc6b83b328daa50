from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from cellwright.engine.dispatch.consent import RecordedConsent, plan_digest
from cellwright.ledger.opening import Ledger
from cellwright.ledger.write.recorder import LedgerRecorder
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.plan import PlanSummary, ResourceCounts
from unit.engine.kit import ADA, APP, PLAN, RUN, make_run


@dataclass
class Answers:
    answer: bool

    def approve(self, plans: Mapping[UnitAddress, PlanSummary]) -> bool:
        assert plans == {APP: PLAN}
        return self.answer


def test_a_yes_is_on_record_with_who_and_what(ledger: Ledger) -> None:
    ledger.recorder.start_run(make_run())
    assert RecordedConsent(Answers(answer=True), ledger, make_run(), ADA).approve({APP: PLAN})
    (approval,) = ledger.reader.approvals(RUN)
    assert (approval.unit, approval.actor, approval.plan_digest) == (APP, "ada", plan_digest(PLAN))


def test_a_no_is_no_consent(ledger: Ledger) -> None:
    ledger.recorder.start_run(make_run())
    assert not RecordedConsent(Answers(answer=False), ledger, make_run(), ADA).approve({APP: PLAN})
    assert ledger.reader.approvals(RUN) == ()


def test_a_yes_that_can_not_be_recorded_is_none(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DiagnosticError(error("no space left"))

    monkeypatch.setattr(LedgerRecorder, "record_approval", full)
    with pytest.raises(DiagnosticError, match="no space left"):
        RecordedConsent(Answers(answer=True), ledger, make_run(), ADA).approve({APP: PLAN})


def test_another_plan_has_another_digest() -> None:
    assert plan_digest(PLAN) == plan_digest(replace(PLAN))
    assert plan_digest(PLAN) != plan_digest(replace(PLAN, counts=ResourceCounts(destroy=1)))
