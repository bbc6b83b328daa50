from pathlib import Path

import pytest

import cellwright
from cellwright.planning.policy.module import Module, RuleMetadata, parse_module
from cellwright.planning.policy.parts_read import parts_read


def module(source: str, path: str = "p.rego") -> Module:
    return Module(path, source, "p", RuleMetadata())


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("deny contains x if { some r in input.resource_changes }", {"resource_changes"}),
        ('x := input["output_changes"]; y := input.variables.a', {"output_changes", "variables"}),
        ("import input.resource_drift as drift", {"resource_drift"}),
        ("x := input.cellwright.cell", set()),
        ("x := r.change.after.input.shape", set()),
        ("# the whole input\nx := 1", set()),
        ('x := "#"; y := input.errored # and input', {"errored"}),
        ("x := inputs.a; y := my_input", set()),
        ("", set()),
    ],
)
def test_the_parts_behind_input(source: str, parts: set[str]) -> None:
    assert parts_read([module(source)]) == frozenset(parts)


@pytest.mark.parametrize(
    "source",
    [
        "deny contains x if { some e in walk(input) }",
        "x := input",
        "x := input[name]",
        'x := object.get(input, "configuration", {})',
        "import input as plan",
        "x := data.lib.found with input as {}",
        "x := input\n.resource_changes",
        'x := $"{input.resource_changes}"',
        'x := input["configuration\\u002e"]',
        "x := `input`",
    ],
)
def test_a_policy_that_may_look_at_all_of_it(source: str) -> None:
    assert parts_read([module("x := input.resource_changes"), module(source)]) is None


def test_tests_of_policies_judge_nothing() -> None:
    assert parts_read([module("x := input", "p_test.rego")]) == frozenset()
    assert parts_read([]) == frozenset()


def test_the_shipped_pack_looks_at_the_configuration_too() -> None:
    folder = Path(cellwright.__file__).parent / "reference" / "policies"
    found = [parse_module(str(path), path.read_text()) for path in sorted(folder.rglob("*.rego"))]
    assert parts_read(found) is None
