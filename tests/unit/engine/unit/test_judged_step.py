"""What policies say of a plan: it stops the unit, and is on record."""

from cellwright.model.runs.event import PLAN_JUDGED
from cellwright.model.runs.run import Outcome
from cellwright.model.value import Json
from cellwright.planning.policy.verdict import Basis, Consequence, Finding, Verdict
from unit.engine.kit import PART, Bench, whole


def test_a_denied_plan_is_not_applied(bench: Bench) -> None:
    findings = (
        Finding(rule="hipaa", level=Consequence.DENY, message="public bucket"),
        Finding(rule="house", level=Consequence.WARN, message="no tags"),
    )
    denied = Verdict(findings)
    result = whole(bench.step(guard=lambda _work, _document: denied))
    assert result.outcome is Outcome.FAILED
    assert [item.summary for item in result.diagnostics] == ["public bucket (hipaa)", "no tags (house)"]
    assert "apply" not in bench.terraform.log


def test_what_policies_said_of_a_plan_is_on_record_with_what_it_was_judged_by(bench: Bench) -> None:
    finding = Finding(rule="hipaa", level=Consequence.WARN, message="no tags", resource="aws_x.this")
    exception: dict[str, Json] = {"rule": "hipaa", "stack": "app", "until": "2026-12-31"}
    verdict = Verdict((finding,), Basis("d1", (("hipaa", "164.312(b)"),), (exception,)))
    assert whole(bench.step(guard=lambda _work, _document: verdict)).outcome is Outcome.APPLIED
    [event] = [item for item in bench.ledger.reader.events() if item.action == PLAN_JUDGED]
    detail = {key: value for key, value in event.detail.items() if key not in {"identity", "run", "plan"}}
    assert event.subject == str(PART.address)
    assert event.detail["plan"]
    assert detail == {
        "policies": "d1",
        "denied": 0,
        "warned": 1,
        "findings": [{"rule": "hipaa", "level": "warn", "resource": "aws_x.this", "message": "no tags"}],
        "exceptions": [exception],
        "rules": {"hipaa": "164.312(b)"},
    }


def test_a_denial_is_on_record_before_the_unit_fails(bench: Bench) -> None:
    finding = Finding(rule="hipaa", level=Consequence.DENY, message="public bucket")
    verdict = Verdict((finding,), Basis("d1", ()))
    whole(bench.step(guard=lambda _work, _document: verdict))
    actions = [event.action for event in bench.ledger.reader.events()]
    assert actions.index(PLAN_JUDGED) < actions.index("unit.failed")


def test_without_policies_there_is_no_verdict_on_record(bench: Bench) -> None:
    whole(bench.step())
    assert PLAN_JUDGED not in {event.action for event in bench.ledger.reader.events()}
