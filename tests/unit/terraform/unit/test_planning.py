"""How a program is told which plan to make."""

from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.plan_options import PlanOptions
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.unit.planning import plan_flags, refuse_exclude

UNIT = UnitAddress("client", "acme", "app")
REST = PlanOptions(replace=("a.b",), excludes=("module.c", 'a.d["x"]'))


def test_every_option_is_passed_on() -> None:
    part = PlanOptions(replace=("a.b",), targets=("module.c",))
    assert plan_flags(part, destroy=False) == ("-replace=a.b", "-target=module.c")
    assert plan_flags(REST, destroy=False) == ("-replace=a.b", "-exclude=module.c", '-exclude=a.d["x"]')
    assert plan_flags(REST, destroy=True) == ("-destroy",)


def test_a_program_that_leaves_nothing_out_is_named() -> None:
    old = Binary(Path("/tofu"), "tofu", Version("1.8.9"))
    with pytest.raises(
        DiagnosticError, match=r"OpenTofu 1\.8\.9, which runs client/acme/app, has no -exclude"
    ):
        refuse_exclude(REST, old, UNIT)
    refuse_exclude(PlanOptions(targets=("a.b",)), old, UNIT)
    refuse_exclude(REST, Binary(Path("/tofu"), "tofu", Version("1.9.0")), UNIT)
