"""`check` refuses policies of the fleet's own whose tests fail, or that no test has seen find anything."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.app.fleet import policy_check
from cellwright.app.fleet.check import check
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from unit.app.kit import NOBODY

FLEET = "fleet: trial\nlevels: [{name: base, cells: accounts}]\npolicies: {packs: [%s]}\n"
RULE = 'package %s\nimport rego.v1\ndeny contains "square" if input.cellwright.cell == "square"\n'
SEEN = (
    "package %s_test\nimport data.%s\nimport rego.v1\n"
    'test_square_is_denied if count(%s.deny) == 1 with input as {"cellwright": {"cell": "square"}}\n'
)
SHIPPED = Path(policy_check.__file__).parents[2] / "reference/policies/hipaa"


def findings(root: Path, files: Mapping[str, str], packs: str = "") -> list[str]:
    (root / "accounts").mkdir(exist_ok=True)
    for name, text in {"fleet.yaml": FLEET % packs, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return [str(item) for item in check(FleetSession(Location(fleet=root, environment=NOBODY)))]


def named(text: str, name: str) -> str:
    return text.replace("%s", name)


def test_a_rule_that_a_test_has_seen_is_right(tmp_path: Path) -> None:
    files = {"policies/house.rego": named(RULE, "house"), "policies/house_test.rego": named(SEEN, "house")}
    assert not findings(tmp_path, files)


@pytest.mark.parametrize(("folder", "packs"), [("policies", ""), ("policies/extra", "extra")])
def test_policies_without_tests_are_refused(tmp_path: Path, folder: str, packs: str) -> None:
    (found,) = findings(tmp_path, {f"{folder}/house.rego": named(RULE, "house")}, packs)
    assert found.startswith(f"{folder}/house.rego:3:1: error: the policies in {folder} have no tests")
    assert "docs/policies.md" in found


def test_a_rule_that_no_test_has_seen_is_named_with_what_to_write(tmp_path: Path) -> None:
    more = named(RULE, "house") + 'warn contains "oval" if input.cellwright.cell == "oval"\n'
    files = {"policies/house.rego": more, "policies/house_test.rego": named(SEEN, "house")}
    (found,) = findings(tmp_path, files)
    assert found.startswith(
        "policies/house.rego:4:1: error: no test has seen this rule find anything: house.warn"
    )
    assert "count(house.warn) > 0 with input as {...}" in found


def test_a_test_that_fails_is_refused(tmp_path: Path) -> None:
    failing = named(SEEN, "house") + "test_never if 1 == 2\n"
    files = {"policies/house.rego": named(RULE, "house"), "policies/house_test.rego": failing}
    (found,) = findings(tmp_path, files)
    assert "policies/house_test.rego:1:1: error: the policies' test test_never fails" in found


def test_a_copy_of_the_shipped_pack_is_tried_only_if_it_was_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SHIPPED, tmp_path / "policies/hipaa")
    with monkeypatch.context() as patch:
        patch.setattr("cellwright.rego.evaluator.RegoProcess.try_out", None)
        assert not findings(tmp_path, {}, "hipaa")
    tags = (SHIPPED / "tags_test.rego").read_text().partition("test_tags_of_something_else")[0]
    (found,) = findings(tmp_path, {"policies/hipaa/tags_test.rego": tags}, "hipaa")[:1]
    assert "no test has seen this rule find anything: hipaa.tags." in found


def test_what_was_evaluated_once_is_not_evaluated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"policies/house.rego": named(RULE, "house"), "policies/house_test.rego": named(SEEN, "house")}
    assert not findings(tmp_path, files)
    monkeypatch.setattr(policy_check, "policy_faults", None)
    assert not findings(tmp_path, files)
    with pytest.raises(TypeError):
        findings(tmp_path, {**files, "policies/house.rego": named(RULE, "house") + "# changed\n"})


def test_the_same_findings_come_from_what_was_kept(tmp_path: Path) -> None:
    files = {"policies/house.rego": named(RULE, "house")}
    assert findings(tmp_path, files) == findings(tmp_path, files) != []
