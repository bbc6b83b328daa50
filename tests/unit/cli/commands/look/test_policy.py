"""`policy` and `policy test`: what people see, and the exit code."""

from pathlib import Path

from cellwright.planning.policy.trials import Trials, UnseenRule
from golden.cli import samples
from unit.cli.conftest import Place, Run


def test_rules_are_listed_with_their_clauses(run: Run, place: Place) -> None:
    place("app.fleet.policy.list_policies", samples.POLICIES)
    answer = run("policy")
    assert answer.code == 0
    assert "hipaa.tags   Tags say whose each resource is  45 CFR 164.310(d)(2)(iii)" in answer.out
    assert "2 rules" in answer.out


def test_no_rules_are_said_to_let_everything_pass(run: Run, place: Place) -> None:
    place("app.fleet.policy.list_policies", ())
    assert "every plan passes" in run("policy").out


def test_tests_that_pass(run: Run, place: Place) -> None:
    place("app.fleet.policy_trials.run_fleet_tests", Trials(samples.TRIALS.results[:1]))
    answer = run("policy", "test")
    assert answer.code == 0
    assert "1 test passed" in answer.out


def test_a_test_that_fails_is_named_and_makes_exit_code_1(run: Run, place: Place) -> None:
    place("app.fleet.policy_trials.run_fleet_tests", samples.TRIALS)
    trial = place("app.fleet.policy_trials.run_folder_tests", samples.TRIALS)
    answer = run("policy", "test", "policies")
    assert answer.code == 1
    assert trial.given[0] == Path("policies")
    assert "policies/house_test.rego: test_square_is_denied" in answer.out
    assert "test_oval: there is no function oval" in answer.out
    assert "2 of 3 tests failed" in answer.out
    assert (
        "policies/house.rego:12:1: no test has seen this rule find anything: house.shape.warn" in answer.out
    )
    assert "1 rule not seen to find anything" in answer.out
    assert '"passed": false' in run("policy", "test", "--json").out


def test_a_rule_that_no_test_has_seen_makes_exit_code_1(run: Run, place: Place) -> None:
    unseen = UnseenRule("policies/house.rego", 3, 1, "house", "deny")
    place("app.fleet.policy_trials.run_fleet_tests", Trials(samples.TRIALS.results[:1], (unseen,)))
    assert run("policy", "test").code == 1
    assert '"rule": "house.deny"' in run("policy", "test", "--json").out
