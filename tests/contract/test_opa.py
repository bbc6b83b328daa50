"""OPA itself says what the corpus says of it, and the shipped pack's verdicts are OPA's."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from binaries import OPA, OPA_PACKAGE
from cellwright.app.session.policies import read_folder
from cellwright.planning.policy.judging import judge, judging_modules, rules_asked, with_deferred
from cellwright.rego.evaluator import RegoProcess
from go_build import built_program
from missing import skip_without
from rego_case import FAILS, Answer, Case
from rego_corpus import ALL

pytestmark = pytest.mark.long

TESTS = Path(__file__).parents[1]
PACK = TESTS.parent / "src/cellwright/reference/policies/hipaa"
PLANS = sorted((TESTS / "golden/policies/hipaa").rglob("*.json"))


@pytest.fixture(scope="module")
def opa() -> Path:
    path = built_program(OPA, OPA_PACKAGE)
    if not path.exists():
        skip_without("opa (make test-long builds it with Go)")
    return path


def asked(opa: Path, policies: Path, plan: Path, query: str) -> Answer:
    command = [str(opa), "eval", "--strict-builtin-errors", "-d", str(policies), "-i", str(plan), query]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    document: dict[str, Any] = json.loads(found.stdout)
    if "errors" in document:
        return FAILS
    return document["result"][0]["expressions"][0]["value"] if "result" in document else None


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.source)
def test_opa_says_so(opa: Path, case: Case, tmp_path: Path) -> None:
    (tmp_path / "p.rego").write_text(case.policy)
    (tmp_path / "plan.json").write_text(json.dumps(case.plan))
    assert asked(opa, tmp_path / "p.rego", tmp_path / "plan.json", "data.p.deny") == case.opa


@pytest.mark.parametrize("plan", PLANS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_shipped_pack_judges_as_in_opa(opa: Path, plan: Path, tmp_path: Path) -> None:
    modules = judging_modules(read_folder(PACK))
    shown = tmp_path / "plan.json"
    shown.write_text(json.dumps(with_deferred(json.loads(plan.read_text()))))
    with RegoProcess() as rego:
        found = judge(rego, modules, json.loads(plan.read_text())).findings
        rules = rules_asked(rego.read(modules))
    said = {
        (package, rule.partition("_")[0], item["msg"] if isinstance(item, dict) else item)
        for package, rule in rules
        for item in asked(opa, PACK, shown, f"data.{package}.{rule}")
    }
    assert {(item.rule, item.level.value, item.message) for item in found} == said


def test_the_shipped_pack_s_tests_pass_in_opa(opa: Path) -> None:
    tried = subprocess.run([opa, "test", PACK], check=False, capture_output=True, text=True)
    assert tried.returncode == 0, tried.stdout + tried.stderr
