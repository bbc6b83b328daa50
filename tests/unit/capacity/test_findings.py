"""What `check` says: over, nearly full, and every way to get the settings wrong."""

from pathlib import Path

import pytest

from cellwright.capacity.findings import with_capacity_findings
from cellwright.model.address import CellAddress
from unit.capacity.fleets import FLEET, client, fleet_of
from unit.fleet.workbench import told


def said(tmp_path: Path, files: dict[str, str], fleet: str = FLEET) -> list[str]:
    return told(with_capacity_findings(fleet_of(tmp_path, files, fleet)))


def test_a_place_that_is_over_is_an_error_at_the_line_that_places_a_client_there(tmp_path: Path) -> None:
    files = {f"clients/c{number}.yaml": client("one", number) for number in range(5)}
    fleet = with_capacity_findings(fleet_of(tmp_path, files))
    (found,) = told(fleet)
    assert found.startswith(
        "clients/c4.yaml:1:10: error: one is over its capacity: 6 of 5 VPC address blocks"
        " (5 by client/c4 and 4 more, 1 by its own stacks);"
        " place client/c4 or another of them elsewhere (there is room in two (49 more)),"
        " or have AWS raise its quota (vpc L-83CA0A9D, to 50 at the most)"
    )
    # It stops these clients only.
    (conflict,) = fleet.conflicts
    assert conflict.cells == {CellAddress("client", f"c{number}") for number in range(5)}


def test_a_place_that_is_nearly_full_is_a_warning_with_how_many_more_fit(tmp_path: Path) -> None:
    files = {f"clients/c{number}.yaml": client("one", number) for number in range(2)}
    assert said(tmp_path, files) == []
    files["clients/c2.yaml"] = client("one", 2)
    (found,) = said(tmp_path, files)
    assert found.startswith(
        "accounts/one.yaml:1:1: warning: one has room for 1 more: 4 of 5 VPC address blocks are used; have"
    )
    files["clients/c3.yaml"] = client("one", 3)
    (found,) = said(tmp_path, files)
    assert "warning: one is full: 5 of 5 VPC address blocks are used" in found


def test_own_stacks_that_use_more_than_there_is_are_told_where_the_limit_stands(tmp_path: Path) -> None:
    (found,) = said(tmp_path, {"accounts/one.yaml": "capacity:\n  vpc_blocks: 0\n"})
    assert found.startswith(
        "accounts/one.yaml:2:15: error: one is over its capacity: 1 of 0 VPC address blocks"
        " (1 by its own stacks)"
    )


def test_a_quota_that_aws_does_not_raise_is_told_as_such(tmp_path: Path) -> None:
    fleet = FLEET.replace("roles: 2", "target_groups: 101")
    (found,) = said(tmp_path, {"clients/acme.yaml": client("one")}, fleet)
    assert (
        "AWS does not raise this quota (elasticloadbalancing L-822D1B1B): use another load balancer or"
        in found
    )


def test_a_number_of_clients_may_be_the_limit(tmp_path: Path) -> None:
    files = {"accounts/one.yaml": "capacity: {clients: 1}\n"} | {
        f"clients/{name}.yaml": client("one") for name in ("acme", "globex")
    }
    (found,) = said(tmp_path, files)
    assert "one is over its capacity: 2 of 1 clients (2 by client/globex and 1 more)" in found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{vpc_block: 5}", "1:23: error: unknown resource 'vpc_block'; did you mean 'vpc_blocks'?"),
        (
            "{zebras: 5}",
            "unknown resource 'zebras'; declare it in fleet.yaml: `capacity: {resources: {zebras: 10}}`",
        ),
        ("{vpc_blocks: -1}", "1:24: error: 'vpc_blocks' can't be -1: it is negative"),
        ("{vpc_blocks: 1.5}", "'vpc_blocks' can't be a number: it is no whole number"),
        ("{vpc_blocks: many}", "'vpc_blocks' can't be many: it is no whole number; write how many there are"),
        ("{vpc_blocks: true}", "'vpc_blocks' can't be true or false: it is no whole number"),
        ("{vpc_blocks: [5]}", "'vpc_blocks' can't be a list: it is no whole number"),
        ("{vpc_blocks: {limt: 5}}", "unknown key 'limt' in 'vpc_blocks'; did you mean 'limit'?"),
        ("{vpc_blocks: {reserved: -2}}", "it is negative; write how many are used outside of this fleet"),
        ("{vpc_blocks: {reserved: null}}", "it is no whole number"),
        ("7", "1:11: error: 'capacity' must be a mapping, not a number"),
    ],
)
def test_wrong_settings_of_a_place(tmp_path: Path, written: str, expected: str) -> None:
    (found,) = said(tmp_path, {"accounts/one.yaml": f"capacity: {written}\n"})
    assert found.startswith("accounts/one.yaml:1:")
    assert expected in found


def test_without_a_word_of_capacity_the_key_is_free_and_nothing_is_counted(tmp_path: Path) -> None:
    fleet = """
        fleet: test
        levels:
          - {name: base, cells: accounts, stacks: {network: {source: any}}}
          - {name: client, cells: clients, placement: account, stacks: {app: {source: app}}}
        """
    files = {"accounts/one.yaml": "capacity: anything\n", "clients/acme.yaml": client("one", 1)}
    assert said(tmp_path, files, fleet) == []
