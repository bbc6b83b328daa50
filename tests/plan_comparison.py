"""Compares, for every plan that is read in a test, what its file says with what the binary shows.

Always on in the contract tests of terraform/. `CELLWRIGHT_COMPARE_PLANS=1` turns it on in end-to-end tests:
there it costs one more process for each plan.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from unittest.mock import patch

from cellwright.model.text.json_text import SORTED
from cellwright.terraform.output.plans.plan_document import PlanDocument
from cellwright.terraform.output.plans.plan_reader import parse_plan, summarise_plan
from cellwright.terraform.output.results import SavedPlanFile
from cellwright.terraform.planfile.reader import PARTS, read_plan_file
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.unit.unit_terraform import UnitTerraform

ASKED = bool(os.environ.get("CELLWRIGHT_COMPARE_PLANS"))
"""Whether every plan of the end-to-end tests is compared."""

_READ = UnitTerraform._document


def assert_same(read: PlanDocument, shown: PlanDocument) -> None:
    """All parts that are read are the ones that are shown, and no other ones are shown."""
    assert read.parts == {name: part for name, part in shown.parts.items() if name in PARTS}
    # As text too: 1, 1.0 and true are equal in Python, but not to a policy.
    assert _text(read.parts) == _text({name: shown.parts[name] for name in read.parts})
    assert summarise_plan(read.parts) == summarise_plan(shown.parts)


@contextmanager
def every_plan_compared() -> Iterator[None]:
    """Compare the plans that are read meanwhile in this process."""
    with patch.object(UnitTerraform, "_document", _compared):
        yield


def compare_every_plan() -> None:
    """Compare the plans that are read from now on in this process and in its forks."""
    patch.object(UnitTerraform, "_document", _compared).start()


def _compared(unit: UnitTerraform, saved: SavedPlanFile) -> PlanDocument:
    # Before `show` runs: of the last command it is known what the providers told it.
    read = None
    with suppress(UnreadablePlanError):
        read = read_plan_file(replace(unit._plan_file(saved), parts=frozenset()))
    found = _READ(unit, saved)
    if read is not None:
        assert_same(read, _shown(unit, saved) if found.parts.keys() <= PARTS else found)
    return found


def _shown(unit: UnitTerraform, saved: SavedPlanFile) -> PlanDocument:
    content = unit.runner.document(("show", "-json", str(saved.path)))
    return PlanDocument(parse_plan(content))


def _text(value: object) -> str:
    return SORTED.write(value)
