from pathlib import Path

import pytest

from cellwright.app.fleet.explain import ExplainRequest, Explanation, explain
from cellwright.app.session.session import FleetSession
from cellwright.fleet.shown_value import SENSITIVE
from cellwright.model.diagnostic import DiagnosticError
from unit.app.fleet.settings import write_settings
from unit.app.kit import open_session


@pytest.fixture
def session(tmp_path: Path) -> FleetSession:
    write_settings(tmp_path)
    return open_session(tmp_path)


def explained(session: FleetSession, name: str) -> Explanation:
    (found,) = explain(session, ExplainRequest(unit="client/acme/app", input=name))
    return found


def test_a_value_is_explained_by_its_layers_and_given_as_it_is_resolved(session: FleetSession) -> None:
    found = explained(session, "size")
    assert found.value == "gold"
    assert [link.value for link in found.chain] == [7, "${cell.tier}", "gold"]
    assert [link.layer for link in found.chain] == ["defaults.yaml", "clients/acme.yaml", "clients/acme.yaml"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("settings.deep.list.1", "gold"), ("settings.deep.list.0", 1), ("settings.deep", {"list": [1, "gold"]})],
)
def test_a_question_reaches_into_a_value(session: FleetSession, name: str, value: object) -> None:
    assert explained(session, name).value == value


def test_a_secret_is_explained_without_being_told(session: FleetSession) -> None:
    found = explained(session, "password")
    assert found.value == SENSITIVE
    assert {link.value for link in found.chain} == {SENSITIVE}


def test_every_input_is_explained_without_a_name(session: FleetSession) -> None:
    names = [found.input for found in explain(session, ExplainRequest(unit="client/acme/app"))]
    assert names == ["password", "settings", "size"]


@pytest.mark.parametrize("unit", ["acme", "client/acme/none", "client/../app"])
def test_a_unit_that_is_none_is_told(session: FleetSession, unit: str) -> None:
    with pytest.raises(DiagnosticError):
        explain(session, ExplainRequest(unit=unit))


def test_the_lines_that_choose_the_program_are_explained(tmp_path: Path) -> None:
    write_settings(tmp_path)
    fleet = tmp_path / "fleet.yaml"
    fleet.write_text(fleet.read_text() + 'terraform: {binary: terraform, version: ">= 1.9"}\n')
    (tmp_path / "defaults.yaml").write_text("terraform: {product: tofu}\n")
    acme = tmp_path / "clients" / "acme.yaml"
    acme.write_text(acme.read_text() + 'terraform: {version: "1.12.6"}\n')

    found = explain(open_session(tmp_path), ExplainRequest(unit="client/acme/app", input="terraform"))

    told = {
        item.input: (item.value, [f"{link.position} {link.value}" for link in item.chain]) for item in found
    }
    assert told == {
        "terraform.binary": (None, ["fleet.yaml:10:21 terraform", "defaults.yaml:1:22 None"]),
        "terraform.product": ("tofu", ["defaults.yaml:1:22 tofu"]),
        "terraform.version": ("1.12.6", ["fleet.yaml:10:41 >= 1.9", "clients/acme.yaml:5:22 1.12.6"]),
    }


def test_without_a_line_the_default_is_told(session: FleetSession) -> None:
    (found,) = explain(session, ExplainRequest(unit="client/acme/app", input="terraform"))
    assert (found.input, found.value, found.chain) == ("terraform.binary", "terraform", ())


def test_a_level_has_a_line_of_its_own(tmp_path: Path) -> None:
    write_settings(tmp_path)
    fleet = tmp_path / "fleet.yaml"
    fleet.write_text(fleet.read_text().replace("    cells:", "    terraform: {binary: tofu}\n    cells:"))
    session = open_session(tmp_path)
    assert [link.position.line for link in explained(session, "terraform.binary").chain] == [5]
    assert explained(session, "terraform.version").chain == ()
