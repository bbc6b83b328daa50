"""A program that is not what it said: another version in the next command, another product for the apply."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import binaries
from cellwright.model.binary import PRODUCTS
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.binary import Binary, find_binary
from cellwright.terraform.install.linked_mirror import other_product
from cellwright.terraform.output.failure import TerraformError
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

STACK = 'resource "terraform_data" "x" {\n  input = "acme"\n}\n'


def script(bench: Bench, cases: str) -> Binary:
    """A program that does what the shell's `cases` say, and is the real one in every other command."""
    path = bench.root / "bin/terraform"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\ncase "$1" in\n{cases}\nesac\nexec {bench.binary.path} "$@"\n')
    path.chmod(0o755)
    return find_binary(str(path), None, bench.environment)


def test_a_program_that_lies_about_its_version_is_found_out_before_it_plans(
    bench: Bench, tmp_path: Path
) -> None:
    said = f"{PRODUCTS[bench.binary.product]} v1.99.0"
    lying = replace(bench, binary=script(bench, f"version) echo {said}; exit 0 ;;"))

    unit = lying.open(bench.request(write_tree(tmp_path / "s", {"main.tf": STACK})))
    with (
        unit,
        pytest.raises(DiagnosticError, match=r"said that it is \w+ 1\.99\.0, but `\w+ init` ran") as told,
    ):
        unit.plan()

    assert str(bench.binary) in told.value.diagnostics[0].summary
    assert "terraform.binary" in told.value.diagnostics[0].detail
    assert not list(bench.root.rglob("*.tfplan"))


def test_a_plan_is_applied_by_no_other_program(bench: Bench, tmp_path: Path) -> None:
    real = binaries.binary(other_product(bench.binary.product))
    changing = replace(bench, binary=script(bench, f'apply) exec {real.path} "$@" ;;'))

    with changing.open(bench.request(write_tree(tmp_path / "s", {"main.tf": STACK}))) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        with pytest.raises(TerraformError) as refused:
            unit.apply(planned.saved)
        assert unit.state() is None

    first = refused.value.diagnostics[0]
    assert re.match(
        r"\S+ said that it is .*, but `\w+ apply` (ran|does not know its option -)", first.summary
    ), first
    assert "a version manager" in first.detail


def test_a_saved_plan_of_another_product_is_said_to_be_one(bench: Bench, tmp_path: Path) -> None:
    other = binaries.binary(other_product(bench.binary.product))
    request = bench.request(write_tree(tmp_path / "s", {"main.tf": STACK}))
    with bench.open(request) as unit:
        saved = unit.plan().saved
        assert saved is not None
        kept = tmp_path / "kept.tfplan"
        kept.write_bytes(saved.path.read_bytes())

    with replace(bench, binary=other).open(request) as unit:
        unit.init()
        with pytest.raises(TerraformError) as refused:
            unit.apply(replace(saved, path=kept))
        assert unit.state() is None

    made, here = bench.binary.version, other.version
    assert refused.value.diagnostics[0].summary == (
        f"the saved plan was made by another program: its version is {made}, the one that runs here is {here}"
    )


def test_a_script_may_say_something_before_the_program_does(bench: Bench, tmp_path: Path) -> None:
    chatty = replace(bench, binary=script(bench, "*) echo 'using the version of the fleet' ;;"))
    empty = {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x"}
    (tmp_path / "x").write_text(json.dumps({**empty, "outputs": {}, "resources": []}))
    stack = f"""{STACK}
data "terraform_remote_state" "x" {{
  backend = "local"
  config  = {{ path = "{tmp_path}/x" }}
}}
"""  # a data source: such a plan is read by `show`

    with chatty.open(bench.request(write_tree(tmp_path / "s", {"main.tf": stack}))) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)
        assert unit.pulled().startswith(b"{")


def test_a_program_that_is_older_than_it_said_is_told_by_the_options_that_it_lacks(
    bench: Bench, tmp_path: Path
) -> None:
    older = "echo 'flag provided but not defined: -json' >&2; exit 1"
    lying = replace(bench, binary=script(bench, f"init) {older} ;;"))

    unit = lying.open(bench.request(write_tree(tmp_path / "s", {"main.tf": STACK})))
    with unit, pytest.raises(TerraformError, match=r"said that it is .* does not know its option -json"):
        unit.plan()
