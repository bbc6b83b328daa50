from pathlib import Path

import pytest

from cellwright.app.fleet.explain import ExplainRequest, Explanation, explain
from cellwright.app.fleet.shown_value import SENSITIVE
from cellwright.app.session.session import FleetSession
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
    assert [link.value for link in found.chain] == [7, "${cell.tier}"]
    assert [link.layer for link in found.chain] == ["defaults.yaml", "clients/acme.yaml"]


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
