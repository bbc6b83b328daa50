"""The policies' own tests: which pass, and which rules were seen to find something, in whatever form."""

from collections.abc import Iterator

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.planning.policy.module import parse_module
from cellwright.planning.policy.trials import Trials
from cellwright.rego.evaluator import RegoProcess

HEAD = "import rego.v1\n"
RULES = f"package house\n{HEAD}"
SQUARE = 'deny contains "a" if input.cellwright.cell == "square"\n'
TESTS = f"package house_test\nimport data.house\n{HEAD}"


@pytest.fixture(scope="module")
def rego() -> Iterator[RegoProcess]:
    with RegoProcess() as process:
        yield process


def tried(rego: RegoProcess, rules: str, tests: str) -> Trials:
    modules = [parse_module("house.rego", RULES + rules), parse_module("house_test.rego", TESTS + tests)]
    return rego.try_out(modules, ["house.rego", "house_test.rego"])


SEEN = 'test_it if count(house.deny) == 1 with input as {"cellwright": {"cell": "square"}}'
PASSED = 'test_it if count(house.deny) == 0 with input as {"cellwright": {"cell": "round"}}'


@pytest.mark.parametrize(
    "rule",
    [
        'deny contains "a" if {\n  input.cellwright.cell == "square"\n}',
        'deny contains "a" if { input.cellwright.cell == "square" }',
        'deny contains "a" if input.cellwright.cell == "square"',
        'deny contains msg if {\n  input.cellwright.cell == "square"\n  msg := "a"\n}',
        'deny contains msg if { input.cellwright.cell == "square"; msg := "a" }',
        'deny contains {\n  "msg": "a",\n} if {\n  input.cellwright.cell == "square"\n}',
        'deny contains {"msg": text} if some text in {t | t := input.cellwright.cell; t == "square"}',
        '  deny contains "Zürich: ü" if input.cellwright.cell == "square"',
        'deny := ["a"] if input.cellwright.cell == "square"',
    ],
)
def test_a_rule_is_seen_only_if_a_test_made_it_find_something(rego: RegoProcess, rule: str) -> None:
    seen = tried(rego, rule, SEEN)
    assert seen.passed, seen
    not_seen = tried(rego, rule, PASSED if "contains" in rule else "test_it if not house.deny")
    assert [result.passed for result in not_seen.results] == [True]
    (unseen,) = not_seen.unseen
    assert (unseen.path, unseen.line, unseen.package, unseen.name) == ("house.rego", 3, "house", "deny")
    assert not not_seen.passed


def test_each_clause_counts_by_itself(rego: RegoProcess) -> None:
    oval = 'if input.cellwright.cell == "oval"\n'
    rules = f'{SQUARE}\nwarn contains "b" {oval}deny contains "c" {oval}'
    (warn, deny) = tried(rego, rules, SEEN).unseen
    assert [(rule.line, rule.name) for rule in (warn, deny)] == [(5, "warn"), (6, "deny")]
    assert "no test has seen this rule find anything: house.warn" in str(warn.diagnostic())
    assert "house.rego:5:1" in str(warn.diagnostic())
    assert "count(house.warn) > 0 with input as {...}" in str(warn.diagnostic())


def test_what_is_no_rule_about_plans_need_not_be_seen(rego: RegoProcess) -> None:
    rules = f"{SQUARE}helper if input.cellwright.stack\ndenied(x) if x == 3\n"
    assert tried(rego, rules, SEEN).passed


def test_tests_that_fail_or_can_t_be_evaluated_are_told(rego: RegoProcess) -> None:
    broken = f'{SEEN}\ntest_no if count(house.deny) == 1\ntest_bad if to_number("x") == 1\n'
    found = tried(rego, SQUARE, broken)
    assert [(result.name, result.passed) for result in found.results] == [
        ("test_it", True),
        ("test_no", False),
        ("test_bad", False),
    ]
    assert found.results[2].fault
    assert "house_test.rego" in str(found.results[1].diagnostic())
    assert not found.passed


def test_only_the_wanted_files_count(rego: RegoProcess) -> None:
    rules = parse_module("house.rego", RULES + SQUARE)
    tests = parse_module("house_test.rego", TESTS + SEEN)
    assert rego.try_out([rules, tests], ["house_test.rego"]).passed
    only = rego.try_out([rules, tests], ["house.rego"])
    assert (only.results, len(only.unseen)) == ((), 1)


def test_what_can_t_be_compiled_is_reported(rego: RegoProcess) -> None:
    with pytest.raises(DiagnosticError):
        tried(rego, "deny contains 1 if {\n", SEEN)
