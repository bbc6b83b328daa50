"""Which policies are in force: the fleet's own, packs in the fleet, packs that are shipped."""

from pathlib import Path

import pytest

from cellwright.app.fleet.check import check
from cellwright.app.fleet.policy import list_policies
from cellwright.app.fleet.policy_trials import run_fleet_tests, run_folder_tests
from cellwright.app.session.policies import changed_policies, read_folder, read_policies
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract
from unit.app.kit import open_session

LEVELS = "fleet: test\nlevels: [{name: base, cells: accounts}]\n"
RULE = "package house\nimport rego.v1\ndeny contains 1 if input.variables.bad\n"
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


def test_its_own_are_on_and_a_pack_that_is_not_listed_is_a_finding(tmp_path: Path) -> None:
    made = fleet(tmp_path, policies__house=RULE, policies__extra__deep__more=RULE)
    read = read_policies(made)
    assert [module.path for module in read.modules] == ["policies/house.rego"]
    (finding,) = read.findings
    assert str(finding).startswith("policies/extra/deep/more.rego:1:1: error: the policy judges nothing")
    assert "under policies.packs" in finding.detail


def test_a_pack_may_be_left_off_on_purpose(tmp_path: Path) -> None:
    made = fleet(tmp_path, "policies: {ignored: [extra]}\n", policies__house=RULE, policies__extra__more=RULE)
    read = read_policies(made)
    assert [module.path for module in read.modules] == ["policies/house.rego"]
    assert read.findings == ()


def test_every_policy_of_a_pack_is_read_whatever_its_case_and_folder(tmp_path: Path) -> None:
    made = fleet(tmp_path, "policies: {packs: [extra]}\n", policies__extra__a__b=RULE)
    (tmp_path / "policies/LOUD.REGO").write_text(RULE)
    (tmp_path / "policies/extra/quiet.Rego").write_text(RULE)
    (tmp_path / "policies/extra/note.txt").write_text("none")
    read = read_policies(made)
    paths = ["policies/LOUD.REGO", "policies/extra/a/b.rego", "policies/extra/quiet.Rego"]
    assert [module.path for module in read.modules] == paths
    assert read.findings == ()


def test_a_link_that_leads_nowhere_can_t_be_read(tmp_path: Path) -> None:
    made = fleet(tmp_path, policies__house=RULE)
    (tmp_path / "policies/lost.rego").symlink_to("nowhere")
    (finding,) = read_policies(made).findings
    assert "policies/lost.rego:1:1: error: the policy can't be read" in str(finding)


def test_a_link_that_leads_back_ends(tmp_path: Path) -> None:
    made = fleet(tmp_path, "policies: {packs: [extra]}\n", policies__extra__more=RULE)
    (tmp_path / "policies/extra/self").symlink_to(".")
    assert read_policies(made).modules[0].path == "policies/extra/more.rego"


def test_a_folder_that_fleet_yaml_names_has_policies(tmp_path: Path) -> None:
    made = fleet(tmp_path, "policies: {folder: polices, packs: [hipaa]}\n")
    (finding,) = read_policies(made).findings
    assert str(finding).startswith("fleet.yaml:3:20: error: there is no folder 'polices' with policies")
    (tmp_path / "polices").mkdir()
    (finding,) = read_policies(made).findings
    assert "the folder 'polices' has no policies" in finding.summary
    (tmp_path / "polices/house.rego").write_text(RULE)
    assert read_policies(made).findings == ()


def test_an_empty_copy_of_a_pack_is_a_finding(tmp_path: Path) -> None:
    made = fleet(tmp_path, "policies: {packs: [hipaa]}\n")
    (tmp_path / "policies/hipaa").mkdir(parents=True)
    (finding,) = read_policies(made).findings
    assert str(finding).startswith("fleet.yaml:3:20: error: the policy pack 'hipaa' is empty")


def test_a_policy_that_changes_comes_or_goes_is_noticed(tmp_path: Path) -> None:
    made = fleet(tmp_path, "policies: {packs: [extra]}\n", policies__house=RULE, policies__extra__more=RULE)
    known = read_policies(made).modules
    assert changed_policies(made, known) is None
    house = tmp_path / "policies/house.rego"
    house.write_text(RULE.replace("deny", "dany"))
    assert "policies/house.rego:1:1: error: a policy has changed" in str(changed_policies(made, known))
    house.write_bytes(b"\xff")
    assert changed_policies(made, known) is not None
    house.write_text(RULE)
    (tmp_path / "policies/new.rego").write_text(RULE)
    assert "policies/new.rego" in str(changed_policies(made, known))
    (tmp_path / "policies/new.rego").unlink()
    (tmp_path / "policies/extra/more.rego").unlink()
    assert "policies/extra/more.rego" in str(changed_policies(made, known))


def test_check_finds_what_the_evaluator_cant_do_and_what_is_never_asked(tmp_path: Path) -> None:
    fleet(
        tmp_path,
        "policies: {packs: [extra]}\n",
        policies__house=f"{RULE}deny contains 2 if nofunc(1)\n",
        policies__extra__lib="package lib\nx := 1\n",
    )
    (fault,) = check(open_session(tmp_path))
    assert str(fault).startswith(
        "policies/house.rego:4:20: error: a policy can't be evaluated: there is no fun"
    )
    (tmp_path / "policies/house.rego").write_text(RULE)
    (fault,) = check(open_session(tmp_path))
    assert str(fault).startswith("fleet.yaml:3:20: error: no rule of the policy pack 'extra' is asked")
    (tmp_path / "policies/extra/lib.rego").write_text(RULE.replace("house", "extra"))
    assert all("have no tests" in str(item) for item in check(open_session(tmp_path)))


def test_policies_without_a_rule_that_is_asked_are_a_finding(tmp_path: Path) -> None:
    fleet(tmp_path, policies__house="package house\ndenied contains 1\n")
    (fault,) = check(open_session(tmp_path))
    assert str(fault).startswith("policies:1:1: error: no rule in policies is asked about plans")


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
    (own,) = run_fleet_tests(open_session(tmp_path)).results
    assert (own.path, own.passed) == ("policies/house_test.rego", True)
    (other,) = run_folder_tests(tmp_path / "other").results
    assert other.path.endswith("other/deep/a_test.rego")


def test_nothing_to_test_is_no_success(tmp_path: Path) -> None:
    fleet(tmp_path, policies__house=RULE)
    with pytest.raises(DiagnosticError, match="no tests of policies"):
        run_fleet_tests(open_session(tmp_path))
    with pytest.raises(DiagnosticError, match="no policies in"):
        read_folder(tmp_path / "accounts")
