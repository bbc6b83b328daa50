"""Which declarations and which values are refused is what the programs say: no more, and no fewer."""

import os
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

import binaries
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from cellwright.stacks.input_check import input_mismatches
from cellwright.stacks.reading.module import TerraformModule
from cellwright.stacks.reading.module_syntax import read_module
from contract.stacks.type_judge import refused_declarations, refused_values
from unit.stacks.type_corpus import Chance, Declared

QUICK, LONG = 400, 5000
SEED = "CELLWRIGHT_SEED"
"""The seed of the long test, if it is to repeat one."""


@pytest.mark.parametrize("name", binaries.ALL)
def test_what_is_refused(name: str, tmp_path: Path) -> None:
    agree(binaries.program(name), tmp_path, seed=20261126, count=QUICK)


@pytest.mark.long
@pytest.mark.parametrize("name", [*binaries.ALL, *binaries.OLDER])
def test_what_is_refused_of_many(name: str, tmp_path: Path) -> None:
    seed = int(os.environ.get(SEED) or random.randrange(10**9))  # noqa: S311 -- no secret
    agree(binaries.program(name), tmp_path, seed=seed, count=LONG)


def agree(program: Path, folder: Path, seed: int, count: int) -> None:
    """Compare what is refused; a failure shows the seed and the first that differ."""
    chance = Chance(seed)
    declared = {number: chance.declaration(f"v{number}") for number in range(count)}
    values = {number: chance.value() for number in declared}
    modules = read(declared)
    theirs = refused_declarations(program, folder / "declared", declared)
    ours = declared.keys() - modules.keys()
    assert (seed, [declared[number] for number in sorted(ours ^ theirs)[:5]]) == (seed, [])
    assert count // 3 < len(theirs) < count * 2 // 3
    named = {number: item for number, item in declared.items() if is_named(modules, number)}
    theirs = refused_values(program, folder / "values", named, values)
    ours = {number for number in named if misfits(modules[number], values[number])}
    assert (seed, [(named[number], values[number]) for number in sorted(ours ^ theirs)[:5]]) == (seed, [])
    assert len(named) // 3 < len(theirs) < len(named) * 3 // 4


def read(declared: Mapping[int, Declared]) -> dict[int, TerraformModule]:
    """Read the declarations that are right."""
    found: dict[int, TerraformModule] = {}
    for number, item in declared.items():
        try:
            found[number] = read_module("m", {item.file: item.text.encode()})
        except DiagnosticError:
            continue
    return found


def is_named(modules: Mapping[int, TerraformModule], number: int) -> bool:
    """Tell whether a declaration is right, and has a name that no other one has."""
    return number in modules and f"v{number}" in modules[number].variables


def misfits(module: TerraformModule, value: Json) -> bool:
    """Tell whether we refuse a value for a module's only variable."""
    (variable,) = module.variables.values()
    return bool(input_mismatches(variable, value))
