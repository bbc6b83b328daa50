from pathlib import Path

import pytest

from cellwright.app.session.binaries.environments import with_environment_findings
from unit.app.kit import make_fleet, open_session


def test_a_reserved_name_is_found_once_with_its_cell_s_place(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="environment: {TF_VAR_x: '1', AWS_PROFILE: y}\n", globex="{}\n")
    (found,) = open_session(tmp_path).snapshot().fleet.diagnostics
    assert "TF_VAR_x" in found.summary
    assert found.detail == "make it an input of the stack: x"
    assert str(found.position).startswith("clients/acme.yaml:")


def test_a_fleet_without_one_is_given_as_it_is(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="environment: {AWS_PROFILE: y}\n")
    sound = open_session(tmp_path).snapshot().fleet
    assert with_environment_findings(sound) is sound


@pytest.mark.parametrize(
    "name", ["LD_PRELOAD", "TF_LOG_PATH", "PATH", "HOME", "PYTHONPATH", "GIT_SSH_COMMAND"]
)
def test_what_loads_code_is_refused_whatever_fleet_yaml_allows(tmp_path: Path, name: str) -> None:
    make_fleet(tmp_path, acme=f"environment: {{{name}: /evil}}\n")
    allow(tmp_path, "[A*, D*, G*, H*, L*, P*, T*]")
    (found,) = open_session(tmp_path).snapshot().fleet.diagnostics
    assert found.summary == f"a cell's environment can't set {name}"
    assert "decides which code runs" in found.detail


@pytest.mark.parametrize("place", ["acme", "defaults"])
def test_a_name_has_to_be_allowed_by_fleet_yaml(tmp_path: Path, place: str) -> None:
    text = "environment: {DD_SITE: eu}\nterraform: {}\n"
    make_fleet(tmp_path, acme=text if place == "acme" else "{}")
    if place == "defaults":
        (tmp_path / "defaults.yaml").write_text(text)
    (found,) = open_session(tmp_path).snapshot().fleet.diagnostics
    assert found.summary == "a cell's environment can't set DD_SITE: fleet.yaml does not allow it"
    assert found.detail.endswith("write in fleet.yaml: terraform: {environment_allow: [DD_SITE]}")
    allow(tmp_path, "[DD_SITE]")
    assert not open_session(tmp_path).snapshot().fleet.diagnostics


def test_a_client_can_not_allow_itself_more(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="environment: {X: y}\nterraform: {environment_allow: [X]}\n")
    found = [str(item) for item in open_session(tmp_path).snapshot().fleet.diagnostics]
    assert any("environment_allow" in item and "acme.yaml" in item for item in found)


def allow(root: Path, names: str) -> None:
    file = root / "fleet.yaml"
    file.write_text(f"{file.read_text()}terraform: {{environment_allow: {names}}}\n")
