"""Exceptions count only from a cell's own file; what cannot count is a finding, one that has ended too."""

from datetime import date
from pathlib import Path

import pytest

from cellwright.fleet.ended_exceptions import ended_exceptions
from cellwright.fleet.fleet import Fleet
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Severity
from cellwright.model.value import Value
from unit.fleet.workbench import THREE_LEVELS, load

ONE = "{rule: r, stack: app, resource: a.b, person: Ada, reason: why, until: %s}"
GOOD = ONE % "2026-12-31"
QUOTED = '"${cell.tier}"'
ACME = CellAddress("client", "acme")


def fleet(root: Path, own: str, **layers: str) -> Fleet:
    files: dict[str, str | bytes] = {
        "fleet.yaml": THREE_LEVELS,
        "accounts/prod.yaml": layers.get("account", "{}"),
        "defaults/client.yaml": layers.get("default", "{}"),
        "tiers/gold.yaml": layers.get("tier", "{}"),
        "clients/acme.yaml": f"account: prod\ntier: gold\n{own}",
    }
    return load(root, files)


def own_of(made: Fleet) -> Value:
    return made.cells[ACME].settings["exceptions"]


def told(made: Fleet) -> list[str]:
    return [f"{item.position}: {item.severity.value}: {item.summary}" for item in made.diagnostics]


def test_the_cell_s_own_count(tmp_path: Path) -> None:
    made = fleet(tmp_path, f"exceptions: [{GOOD}]")
    assert not made.diagnostics
    assert "Ada" in str(own_of(made))


@pytest.mark.parametrize(
    "layers",
    [
        {"default": f"exceptions: [{GOOD}]"},
        {"tier": f"exceptions: [{GOOD}]"},
        {"account": f"levels: {{client: {{exceptions: [{GOOD}]}}}}"},
    ],
)
@pytest.mark.parametrize("own", ["{}", "exceptions: []", "exceptions: !append []"])
def test_those_of_a_layer_do_not(tmp_path: Path, layers: dict[str, str], own: str) -> None:
    made = fleet(tmp_path, own.replace("{}", ""), **layers)
    assert not made.cells[ACME].settings.get("exceptions")
    (finding,) = told(made)
    assert finding.endswith("warning: exceptions in a layer count for no cell")


def test_what_is_appended_leaves_the_layers_out(tmp_path: Path) -> None:
    made = fleet(tmp_path, f"exceptions: !append [{ONE % '2026-12-30'}]", default=f"exceptions: [{GOOD}]")
    assert "2026-12-30" in str(own_of(made))
    assert "2026-12-31" not in str(own_of(made))


def test_an_empty_list_in_a_layer_is_no_finding(tmp_path: Path) -> None:
    assert not fleet(tmp_path, "", default="exceptions: []").diagnostics


@pytest.mark.parametrize(
    "day", ["9999-99-99", "2026-02-30", "2026-1-1", "never", "20261231", "null", '"2026-12-31 "']
)
def test_a_date_that_is_none_is_an_error_with_its_place(tmp_path: Path, day: str) -> None:
    found = told(fleet(tmp_path, f"exceptions:\n  - {ONE % day}"))
    assert found[0].startswith("clients/acme.yaml:4:")
    assert "error: the exception's `until` is no date" in found[0]


def test_a_reference_is_an_error(tmp_path: Path) -> None:
    own = f"exceptions:\n  - {GOOD.replace('Ada', QUOTED)}"
    assert told(fleet(tmp_path, own)) == ["clients/acme.yaml:4:5: error: an exception can't hold references"]


def test_a_list_from_elsewhere_is_an_error(tmp_path: Path) -> None:
    made = fleet(tmp_path, "exceptions: ${cell.shared}", default=f"shared: [{GOOD}]")
    assert told(made) == ["clients/acme.yaml:3:13: error: an exception can't hold references"]


@pytest.mark.parametrize(
    ("own", "summary"),
    [
        ("exceptions:\n  - {rule: r, until: 2026-12-31}", "it lacks `stack`, `resource`, `person`, `reason`"),
        ("exceptions:\n  - just a text", "an exception is a mapping"),
        ("exceptions:\n  rule: r", "'exceptions' must be a list"),
    ],
)
def test_what_can_t_count_is_warned_of(tmp_path: Path, own: str, summary: str) -> None:
    (finding,) = fleet(tmp_path, own).diagnostics
    assert finding.severity is Severity.WARNING
    assert summary in finding.summary


def test_an_exception_of_a_fleet_s_own_form_is_no_finding(tmp_path: Path) -> None:
    assert not fleet(tmp_path, "exceptions:\n  - {resource: a.b, until: 2026-12-31}").diagnostics


def test_one_that_has_ended_is_named_with_its_line(tmp_path: Path) -> None:
    made = fleet(tmp_path, f"exceptions:\n  - {GOOD}\n  - {ONE % '2026-11-30'}")
    assert list(ended_exceptions(made, date(2026, 11, 30))) == []
    (finding,) = ended_exceptions(made, date(2026, 12, 1))
    assert str(finding.position).startswith("clients/acme.yaml:5:")
    assert finding.summary == "the exception from r for a.b ended on 2026-11-30 and counts no more"
    assert finding.severity is Severity.WARNING
