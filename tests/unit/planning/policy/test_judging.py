"""Findings out of what an evaluator gives; metadata out of comments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cellwright.model.diagnostic import DiagnosticError, Severity
from cellwright.model.value import Json
from cellwright.planning.policy.judging import basis_of, judge
from cellwright.planning.policy.module import Module, ModuleReading, RuleMetadata, parse_module
from cellwright.planning.policy.verdict import Consequence, Finding, Verdict

SOURCE = """# A note.
# METADATA
# title: Boxes
# custom:
#   clause: 45 CFR 164.312(b)
#   advice: >-
#     close it,
#     then lock it
package house.boxes

deny contains "x" if true
warn_size contains "y" if true
test_one if true
test_one if false
test_two if true
"""


@dataclass(frozen=True, slots=True)
class Told:
    """Gives what it was told to, by query; anything else is undefined."""

    answers: Mapping[str, Any]

    def ask(
        self,
        modules: Sequence[Module],  # noqa: ARG002  the port's
        queries: Sequence[str],
        document: Mapping[str, Any],  # noqa: ARG002  the port's
    ) -> tuple[Any, ...]:
        found = tuple(self.answers.get(query) for query in queries)
        for item in found:
            if isinstance(item, DiagnosticError):
                raise item
        return found

    def read(self, modules: Sequence[Module]) -> tuple[ModuleReading, ...]:
        return tuple(
            ModuleReading(module.package, ("deny", "warn_size"), ("test_one", "test_two"))
            for module in modules
        )


BOXES = parse_module("policies/boxes.rego", SOURCE)


def found(answers: Mapping[str, Any]) -> tuple[Finding, ...]:
    return judge(Told(answers), [BOXES], {}).findings


def test_a_module_tells_its_package_and_metadata() -> None:
    assert BOXES.package == "house.boxes"
    assert BOXES.metadata == RuleMetadata("Boxes", "45 CFR 164.312(b)", "close it, then lock it")


def test_metadata_may_be_left_out() -> None:
    assert parse_module("a.rego", "# a note\npackage a\n").metadata == RuleMetadata()


@pytest.mark.parametrize(
    ("source", "fault", "line"),
    [
        ("deny contains 1", "names no package", 1),
        ("# METADATA\n# title: [\npackage a", "metadata can't be read", 3),
        ("# METADATA\n# - title\npackage a", "metadata can't be read", 3),
        ("# METADATA\n# title: 5\npackage a", "metadata is not text", 3),
        ("# METADATA\n# custom: x\npackage a", "metadata can't be read", 3),
        ("# METADATA\n# title: 2024-99-99\npackage a", "metadata can't be read", 3),
        (f"# METADATA\n# title: {'[' * 5000}\npackage a", "metadata can't be read", 3),
    ],
)
def test_what_can_t_be_read_is_told_with_its_place(source: str, fault: str, line: int) -> None:
    with pytest.raises(DiagnosticError) as caught:
        parse_module("policies/a.rego", source)
    (finding,) = caught.value.diagnostics
    assert fault in finding.summary
    assert finding.position is not None
    assert (finding.position.file, finding.position.line) == ("policies/a.rego", line)


def test_texts_and_objects_are_findings_with_the_package_s_metadata() -> None:
    told = found(
        {
            "data.house.boxes.deny": ["open", {"msg": "no lid", "resource": "box.a", "advice": "buy one"}],
            "data.house.boxes.warn_size": ["big"],
        }
    )
    clause = "45 CFR 164.312(b)"
    advice = "close it, then lock it"
    rule = "house.boxes"
    assert told == (
        Finding(rule=rule, level=Consequence.DENY, message="open", clause=clause, advice=advice),
        Finding(
            rule=rule,
            level=Consequence.DENY,
            message="no lid",
            resource="box.a",
            clause=clause,
            advice="buy one",
        ),
        Finding(rule=rule, level=Consequence.WARN, message="big", clause=clause, advice=advice),
    )


def test_the_older_notation_gives_an_object_of_messages() -> None:
    (finding,) = found({"data.house.boxes.deny": {"open": True}})
    assert finding.message == "open"


@pytest.mark.parametrize("item", [5, None, {"message": "x"}, {"msg": 5}, ["x"]])
def test_what_is_no_finding_is_an_error_and_never_a_pass(item: object) -> None:
    with pytest.raises(DiagnosticError, match="without a message"):
        found({"data.house.boxes.deny": [item]})


def test_a_denial_says_rule_resource_clause_and_what_to_do() -> None:
    verdict = Verdict(found({"data.house.boxes.deny": [{"msg": "no lid", "resource": "box.a"}]}))
    (denial,) = verdict.denials
    assert denial.severity is Severity.ERROR
    assert denial.summary == "box.a: no lid (house.boxes, 45 CFR 164.312(b))"
    assert denial.detail == "close it, then lock it"
    assert verdict.warnings == ()


def test_secrets_are_masked_in_every_text() -> None:
    finding = Finding(rule="a", level=Consequence.WARN, message="s3", resource="s3", clause="s3", advice="s3")
    (masked,) = Verdict((finding,)).redacted(lambda text: text.replace("s3", "***")).findings
    assert (masked.message, masked.resource, masked.clause, masked.advice) == ("***",) * 4


def test_modules_with_tests_only_judge_nothing() -> None:
    tests = parse_module("boxes_test.rego", SOURCE)
    assert judge(Told({"data.house.boxes.deny": ["x"]}), [tests], {}).findings == ()


def test_deferred_changes_are_judged_with_the_others() -> None:
    asked: list[Mapping[str, Any]] = []

    class Listening(Told):
        def ask(
            self, modules: Sequence[Module], queries: Sequence[str], document: Mapping[str, Any]
        ) -> tuple[Any, ...]:
            asked.append(document)
            return super().ask(modules, queries, document)

    deferred = [{"reason": "instance_count_unknown", "resource_change": {"address": "box.b"}}]
    plan = {"resource_changes": [{"address": "box.a"}], "deferred_changes": deferred}
    judge(Listening({}), [BOXES], plan)
    judge(Listening({}), [BOXES], {"deferred_changes": deferred})
    changes = [[item["address"] for item in document["resource_changes"]] for document in asked]
    assert changes == [["box.a", "box.b"], ["box.b"]]
    assert asked[0]["deferred_changes"] == deferred


def test_a_basis_names_policies_by_digest_rules_by_clause_and_the_stacks_own_exceptions() -> None:
    mine: dict[str, Json] = {"rule": "house.boxes", "stack": "app"}
    all_stacks: dict[str, Json] = {"rule": "house.boxes", "stack": "*"}
    subject: dict[str, Json] = {"stack": "app", "exceptions": [mine, {"stack": "db"}, all_stacks, "odd"]}
    basis = basis_of([BOXES, replace(BOXES, path="policies/boxes_test.rego")], subject)
    assert basis.rules == (("house.boxes", "45 CFR 164.312(b)"),)
    assert basis.exceptions == (mine, all_stacks)
    changed = basis_of([replace(BOXES, source=SOURCE + "\n")], subject)
    assert changed.policies != basis.policies == basis_of([BOXES], {}).policies
