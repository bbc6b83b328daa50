"""A cell's files as they are shown: no secret that is written out, in whatever form of YAML."""

from pathlib import Path

import pytest

from cellwright.app.clients.shown_files import HIDDEN, shown_file
from cellwright.fleet.yaml.references import is_made_of_references
from cellwright.model.address import CellAddress
from unit.app.kit import make_fleet, open_session

ACME = CellAddress("client", "acme")


def shown(root: Path, text: str, cell: CellAddress = ACME) -> str:
    make_fleet(root, acme="{}\n")
    with open_session(root) as session:
        return shown_file(session.snapshot(), cell, text)


@pytest.mark.parametrize(
    "value",
    [
        "canary",
        "'canary''s'",
        '"can\\u0061ry"',
        "|\n        canary\n        canary",
        "&a canary",
        "canary-${cell.name}",
        "canary$${x}",
        "12345678",
        "[canary, {a: canary}]",
        "\n        a: canary",
    ],
)
def test_each_form_of_a_value(tmp_path: Path, value: str) -> None:
    text = f"region: east\nstacks:\n  app:\n    # ours\n    password: {value}\n    size: 2\n"
    found = shown(tmp_path, text)
    assert "canary" not in found
    assert "12345678" not in found
    assert HIDDEN in found
    assert found.startswith("region: east\nstacks:\n  app:\n    # ours\n    password:")
    assert found.endswith("\n    size: 2\n")


def test_flow_style_aliases_and_the_environment(tmp_path: Path) -> None:
    taken = "a: &x canary\nstacks: {app: {password: *x, size: 2}}\n"
    found = shown(tmp_path, f"{taken}environment: {{API_TOKEN: canary, REGION: east}}\n")
    assert "canary" not in found
    assert "REGION: east" in found
    assert "size: 2" in found


@pytest.mark.parametrize(
    "value", ["${secret.vault.db}", "pg://app:${secret.vault.db}@db", "${cell.pw}", "''"]
)
def test_what_is_kept_elsewhere_is_shown(tmp_path: Path, value: str) -> None:
    text = f"stacks:\n  app:\n    password: {value}\n"
    assert shown(tmp_path, text) == text


def test_of_a_cell_that_is_not_known_names_tell(tmp_path: Path) -> None:
    found = shown(tmp_path, "stacks: {app: {password: canary}, b: {size: 2}}\n", CellAddress("client", "new"))
    assert found == f"stacks: {{app: {{password: {HIDDEN}}}, b: {{size: 2}}}}\n"


def test_a_file_that_is_no_yaml_is_not_shown(tmp_path: Path) -> None:
    assert "canary" not in shown(tmp_path, "stacks: {app: {password: canary\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${cell.a}:${cell.b}", True),
        ("x${output.db.pw}", True),
        ("x${cell.a}", False),
        ("$${a}", False),
        ("${", False),
    ],
)
def test_what_is_made_of_references(text: str, expected: bool) -> None:  # noqa: FBT001  a case
    assert is_made_of_references(text) is expected
