from pathlib import Path

from cellwright.app.session.environments import with_environment_findings
from unit.app.kit import make_fleet, open_session


def test_a_reserved_name_is_found_once_with_its_cell_s_place(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="environment: {TF_VAR_x: '1', NAME: y}\n", globex="{}\n")
    (found,) = open_session(tmp_path).snapshot().fleet.diagnostics
    assert "TF_VAR_x" in found.summary
    assert found.detail == "make it an input of the stack: x"
    assert str(found.position).startswith("clients/acme.yaml:")


def test_a_fleet_without_one_is_given_as_it_is(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="environment: {NAME: y}\n")
    sound = open_session(tmp_path).snapshot().fleet
    assert with_environment_findings(sound) is sound
