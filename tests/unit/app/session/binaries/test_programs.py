"""A program that a cell names must not run before fleet.yaml allows it."""

from pathlib import Path

import pytest

from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import make_fleet, open_session

EVIL = "clients/evil.sh"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A fleet with a client that names a program of its own, and a stack that asks which product runs it."""
    root = tmp_path / "fleet"
    make_fleet(root, acme=f"terraform: {{binary: {EVIL}}}\n", globex="{}\n")
    (root / "stack" / "other.tofu").write_text("")
    program = root / EVIL
    program.write_text(f"#!/bin/sh\n: >{tmp_path}/ran\necho Terraform v1.11.4\n")
    program.chmod(0o755)
    return root


def allow(root: Path, text: str) -> None:
    file = root / "fleet.yaml"
    file.write_text(f"{file.read_text()}terraform: {{{text}}}\n")


def test_it_is_a_finding_at_its_line_and_never_starts(root: Path, tmp_path: Path) -> None:
    found = open_session(root).snapshot().fleet.diagnostics
    told = next(item for item in found if str(item.position).startswith("clients/acme.yaml:1:"))
    assert told.summary == f"fleet.yaml does not allow cells and layers to name the program '{EVIL}'"
    assert told.detail.endswith(f"terraform: {{binary_allow: [{EVIL}]}}")
    assert not (tmp_path / "ran").exists()


def test_the_line_is_that_of_its_name(root: Path) -> None:
    (root / "clients/acme.yaml").write_text(f"terraform: {{binary: {EVIL}, version: '>= 1.9'}}\n")
    found = open_session(root).snapshot().fleet.diagnostics
    places = [str(item.position) for item in found if "does not allow" in item.summary]
    assert "clients/acme.yaml:1:21" in places


def test_nothing_else_starts_it(root: Path, tmp_path: Path) -> None:
    session = open_session(root)
    settings, binary = session.snapshot().fleet.terraform, BinarySettings(EVIL)
    for start in (session.toolchains.find, session.toolchains.version):
        with pytest.raises(DiagnosticError, match="does not allow"):
            start(settings, binary)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "text", [f"binary_allow: [{EVIL}]", "binary_allow: ['clients/*.sh']", f"binary: {EVIL}"]
)
def test_what_fleet_yaml_names_or_allows_may_run(root: Path, tmp_path: Path, text: str) -> None:
    allow(root, text)
    assert not open_session(root).snapshot().fleet.diagnostics
    assert (tmp_path / "ran").exists()


def test_a_client_can_not_allow_itself_more(root: Path, tmp_path: Path) -> None:
    (root / "clients/acme.yaml").write_text(f"terraform: {{binary: {EVIL}, binary_allow: [{EVIL}]}}\n")
    found = [str(item) for item in open_session(root).snapshot().fleet.diagnostics]
    assert any("binary_allow" in item and "acme.yaml:1" in item for item in found)
    assert not (tmp_path / "ran").exists()
