"""Each rule of the shipped pack on a small plan that passes and on one that fails."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.session.policies import read_folder
from cellwright.planning.policy.judging import (
    judge,
    judging_modules,
    metadata_by_package,
    rules_asked,
)
from cellwright.planning.policy.module import Module
from cellwright.planning.policy.verdict import Consequence, Finding
from cellwright.rego.evaluator import RegoProcess

HERE = Path(__file__).parent
PACK = Path(__file__).parents[3] / "src/cellwright/reference/policies/hipaa"
RULES = sorted(folder.name for folder in (HERE / "hipaa").iterdir())


@pytest.fixture(scope="module")
def modules() -> tuple[Module, ...]:
    return read_folder(PACK)


@pytest.fixture(scope="module")
def rego() -> Iterator[RegoProcess]:
    with RegoProcess() as process:
        yield process


def judged(rego: RegoProcess, modules: tuple[Module, ...], rule: str, case: str) -> list[Finding]:
    """The findings of one rule: a small plan may well offend against others."""
    document: dict[str, Any] = json.loads((HERE / f"hipaa/{rule}/{case}.json").read_text())
    return [item for item in judge(rego, modules, document).findings if item.rule == f"hipaa.{rule}"]


@pytest.mark.parametrize("rule", RULES)
def test_a_plan_that_keeps_the_rule_passes(rego: RegoProcess, modules: tuple[Module, ...], rule: str) -> None:
    assert judged(rego, modules, rule, "passes") == []


@pytest.mark.parametrize("rule", RULES)
def test_a_plan_that_breaks_the_rule_is_told_so(
    rego: RegoProcess, modules: tuple[Module, ...], rule: str
) -> None:
    found = judged(rego, modules, rule, "fails")

    told = [f"{item.level.value}: {item.resource}: {item.message}" for item in found]
    assert told == (HERE / f"hipaa/{rule}/findings.txt").read_text().splitlines()
    assert any(item.level is Consequence.DENY for item in found)
    assert all(item.clause.startswith("45 CFR 164.") and item.advice for item in found)


def test_every_rule_that_denies_has_its_examples(rego: RegoProcess, modules: tuple[Module, ...]) -> None:
    asked = rules_asked(rego.read(judging_modules(modules)))
    denying = {package.removeprefix("hipaa.") for package, rule in asked if rule == "deny"}
    assert denying == set(RULES)


def test_every_rule_cites_a_clause_of_the_security_rule(modules: tuple[Module, ...]) -> None:
    metadata = metadata_by_package(modules)
    for rule in RULES:
        assert metadata[f"hipaa.{rule}"].clause.startswith("45 CFR 164.3")
        assert metadata[f"hipaa.{rule}"].title


def test_an_empty_plan_passes_the_whole_pack(rego: RegoProcess, modules: tuple[Module, ...]) -> None:
    assert judge(rego, modules, {"resource_changes": [], "cellwright": {}}).findings == ()


def test_the_pack_s_own_tests_pass(rego: RegoProcess, modules: tuple[Module, ...]) -> None:
    trials = rego.try_out(modules, [module.path for module in modules])
    assert len(trials.results) >= 99
    assert [item for item in trials.results if not item.passed] == []
    assert trials.unseen == (), "each clause has an example in which it finds something"
