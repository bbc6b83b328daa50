"""Which policies are in force: the fleet's own, packs in the fleet, packs that are shipped."""

from pathlib import Path

import pytest

from cellwright.app.fleet.policy import list_policies, run_fleet_tests, run_folder_tests
from cellwright.app.session.policies import read_folder, read_policies
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract
from unit.app.kit import open_session

LEVELS = "fleet: test\nlevels: [{name: base, cells: accounts}]\n"
RULE = "package house\nimport rego.v1\ndeny contains 1 if input.bad\n"
TEST = "package house_test\nimport rego.v1\ntest_it if true\n"


def fleet(root: Path, policies: str = "", **files: str) -> Fleet:
    (root / "accounts").mkdir()
    (root / "fleet.yaml").write_text(f"{LEVELS}{policies}")
    for name, text in files.items():
        file = root / f"{name.replace('__', '/')}.rego"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return load_fleet(root, no_contract)


def no_contract(_pin: StackPin) -> Contract:
    raise AssertionError("there are no stacks here")


def test_a_fleet_without_policies_has_none(tmp_path: Path) -> None:
    read = read_policies(fleet(tmp_path))
    assert (read.modules, read.findings) == ((), ())


def test_its_own_are_on_and_its_packs_are_not(tmp_path: Path) -> None:
    made = fleet(tmp_path, policies__house=RULE, policies__extra__more=RULE)
    assert [module.path for module in read_policies(made).modules] == ["policies/house.rego"]


def test_a_pack_is_on_when_it_is_listed(tmp_path: Path) -> None:
    made = fleet(tmp_path, "policies: {folder: rules, packs: [extra]}\n", rules__extra__more=RULE)
    assert [module.path for module in read_policies(made).modules] == ["rules/extra/more.rego"]


def test_the_shipped_pack_needs_no_copy_and_a_copy_wins(tmp_path: Path) -> None:
    made = fleet(tmp_path, "policies: {packs: [hipaa]}\n")
    assert "hipaa.encryption" in {module.package for module in read_policies(made).modules}
    (tmp_path / "policies/hipaa").mkdir(parents=True)
    (tmp_path / "policies/hipaa/mine.rego").write_text(RULE)
    assert [module.package for module in read_policies(made).modules] == ["house"]


def test_faults_are_findings_of_the_fleet(tmp_path: Path) -> None:
    fleet(tmp_path, "policies: {packs: [hipa]}\n", policies__nameless="deny contains 1")
    (tmp_path / "policies/broken.rego").write_bytes(b"\xff\xfe")
    found = [str(item) for item in open_session(tmp_path).snapshot().fleet.diagnostics]
    assert len(found) == 3
    assert "fleet.yaml:3:20: error: there is no policy pack 'hipa'" in found[0]
    assert "policies/broken.rego:1:1: error: the policy can't be read" in found[1]
    assert "policies/nameless.rego:1:1: error: the policy names no package" in found[2]
    with pytest.raises(DiagnosticError):
        list_policies(open_session(tmp_path))


def test_the_rules_in_force_leave_tests_out(tmp_path: Path) -> None:
    fleet(tmp_path, policies__house=RULE, policies__house_test=TEST)
    (rule,) = list_policies(open_session(tmp_path))
    assert (rule.rule, rule.levels) == ("house", ("deny",))


def test_tests_of_the_fleet_or_of_a_folder(tmp_path: Path) -> None:
    fleet(tmp_path, policies__house=RULE, policies__house_test=TEST, other__deep__a_test=TEST)
    (own,) = run_fleet_tests(open_session(tmp_path))
    assert (own.path, own.passed) == ("policies/house_test.rego", True)
    (other,) = run_folder_tests(tmp_path / "other")
    assert other.path.endswith("other/deep/a_test.rego")


def test_nothing_to_test_is_no_success(tmp_path: Path) -> None:
    fleet(tmp_path, policies__house=RULE)
    with pytest.raises(DiagnosticError, match="no tests of policies"):
        run_fleet_tests(open_session(tmp_path))
    with pytest.raises(DiagnosticError, match="no policies in"):
        read_folder(tmp_path / "accounts")
