"""References that multiply, nest or chain are a finding at the one that is too much."""

import re
from pathlib import Path

import pytest

from cellwright.model.limits import LEVEL_LAYERS
from unit.fleet.workbench import load, told

LEVEL = "fleet: t\nlevels:\n  - {name: base, cells: cells, stacks: {one: {source: any}}}\n"
UNIT = "stacks: {one: {a: '${cell.z}'}}\n"


def findings(tmp_path: Path, cell: str) -> list[str]:
    return told(load(tmp_path, {"fleet.yaml": LEVEL, "cells/a.yaml": cell}))


def linked(form: str, count: int) -> str:
    """Keys of which each refers to the one before by `form`."""
    lines = [f"k{number}: {form.replace('@', f'${{cell.k{number - 1}}}')}" for number in range(1, count)]
    return "\n".join(["k0: abcdefgh", *lines, f"z: '${{cell.k{count - 1}}}'", UNIT])


@pytest.mark.parametrize("form", ["'@@'", "['@', '@']", "{a: '@', b: '@'}", "{a: ['@', '@', '@']}"])
def test_references_that_double_are_a_finding_at_the_first_that_is_too_much(
    tmp_path: Path, form: str
) -> None:
    found = findings(tmp_path, linked(form, 40))
    assert len(found) == 1, found
    assert re.match(
        r"cells/a\.yaml:\d+:\d+: error: '\$\{cell\.k\d+\}' makes the cell's settings too large", found[0]
    )
    assert findings(tmp_path / "few", linked(form, 8)) == []


@pytest.mark.parametrize("form", ["{a: '@'}", "['@']"])
def test_values_that_nest_through_references_are_a_finding(tmp_path: Path, form: str) -> None:
    found = findings(tmp_path, linked(form, 300))
    assert len(found) == 1, found
    assert re.match(r"cells/a\.yaml:67:\d+: error: '\$\{cell\.k65\}' is nested too deeply", found[0])


def test_a_chain_of_references_is_a_finding_at_the_link_that_is_too_much(tmp_path: Path) -> None:
    def chain(count: int) -> str:
        links = [f"k{number}: '${{cell.k{number + 1}}}'" for number in range(count)]
        return "\n".join([*links, f"k{count}: x", "z: '${cell.k0}'", UNIT])

    assert findings(tmp_path, chain(49)) == []
    found = findings(tmp_path / "long", chain(400))
    assert re.match(
        r"cells/a\.yaml:50:6: error: the references that lead to cell\.k50 are too long", found[0]
    )


def test_chains_through_deep_values_do_not_exhaust_the_stack(tmp_path: Path) -> None:
    deep = [f"k{number}: {'[' * 60}'${{cell.k{number + 1}}}'{']' * 60}" for number in range(49)]
    found = findings(tmp_path, "\n".join([*deep, "k49: x", "z: x", UNIT]))
    assert re.match(
        r"cells/a\.yaml:\d+:\d+: error: the value is nested too deeply through references", found[0]
    )


def test_a_level_has_a_number_of_layers(tmp_path: Path) -> None:
    layers = ", ".join(["a.yaml"] * (LEVEL_LAYERS + 1))
    found = told(
        load(tmp_path, {"fleet.yaml": LEVEL.replace("cells: cells", f"cells: cells, layers: [{layers}]")})
    )
    assert "'layers' is too long; list at most 100" in found[0]
