from pathlib import Path

import pytest

from cellwright.app.fleet.inspect import explain, graph, show
from cellwright.app.results import SENSITIVE
from cellwright.app.session.environments import with_environment_findings
from cellwright.app.session.location import Location
from cellwright.app.session.reading import read_fleet
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import make_fleet

ACME = """\
tier: gold
stacks:
  app: {size: "${cell.tier}", password: hunter2, settings: {deep: {list: [1, "${cell.tier}"]}}}
  extra: {password: hunter2}
"""


@pytest.fixture
def location(tmp_path: Path) -> Location:
    location = make_fleet(tmp_path, acme=ACME)
    (tmp_path / "defaults.yaml").write_text("stacks: {app: {size: 7}}\n")
    return location


def test_inputs_are_shown_resolved_and_secrets_masked_also_of_what_is_off(location: Location) -> None:
    shown = {unit.address.stack: unit for unit in show(location).units}
    assert shown["app"].inputs["size"] == "gold"
    assert shown["app"].inputs["password"] == SENSITIVE
    assert not shown["extra"].enabled
    assert shown["extra"].inputs == {"password": SENSITIVE}


def test_a_value_is_explained_by_its_layers_and_given_as_it_is_resolved(location: Location) -> None:
    (found,) = explain(location, "client/acme/app", "size")
    assert found.value == "gold"
    assert [link.value for link in found.chain] == [7, "${cell.tier}"]
    assert [link.layer for link in found.chain] == ["defaults.yaml", "clients/acme.yaml"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("settings.deep.list.1", "gold"), ("settings.deep.list.0", 1), ("settings.deep", {"list": [1, "gold"]})],
)
def test_a_question_reaches_into_a_value(location: Location, name: str, value: object) -> None:
    (found,) = explain(location, "client/acme/app", name)
    assert found.value == value


def test_a_secret_is_explained_without_being_told(location: Location) -> None:
    (found,) = explain(location, "client/acme/app", "password")
    assert found.value == SENSITIVE
    assert {link.value for link in found.chain} == {SENSITIVE}


def test_every_input_is_explained_without_a_name(location: Location) -> None:
    names = [found.input for found in explain(location, "client/acme/app")]
    assert names == ["password", "settings", "size"]


@pytest.mark.parametrize("unit", ["acme", "client/acme/none", "client/../app"])
def test_a_unit_that_is_none_is_told(location: Location, unit: str) -> None:
    with pytest.raises(DiagnosticError):
        explain(location, unit)


def test_the_graph_has_what_is_switched_on(location: Location) -> None:
    assert [str(node) for node in graph(location).nodes] == ["client/acme/app"]


def test_a_reserved_name_is_found_once_with_its_cell_s_place(tmp_path: Path) -> None:
    location = make_fleet(tmp_path, acme="environment: {TF_VAR_x: '1', NAME: y}\n", globex="{}\n")
    _, fleet, _ = read_fleet(location)
    (found,) = fleet.diagnostics
    assert "TF_VAR_x" in found.summary
    assert found.detail == "make it an input of the stack: x"
    assert str(found.position).startswith("clients/acme.yaml:")
    clean = make_fleet(tmp_path / "clean", acme="environment: {NAME: y}\n")
    _, sound, _ = read_fleet(clean)
    assert with_environment_findings(sound) is sound
