"""What no layer sets is explained too: the stack's defaults, the cell's own keys, outputs that are taken."""

import json
from pathlib import Path
from typing import Any

import pytest

from cellwright.engine.unit.orphan import recipe_of
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, RecordedOutput
from cellwright.model.runs.run import Outcome, UnitResult
from every_command import answer
from unit.app.kit import NOBODY, applied_event, install_program, ledger_of, make_fleet, make_run
from unit.app.status.test_status import bind
from unit.engine.kit import DIGESTER, make_unit

SECRET = "sesame-open-9"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    text = (
        f"environment: {{AWS_REGION: us-east-1, AWS_SECRET_ACCESS_KEY: {SECRET}}}\n"
        "stacks: {extra: {enabled: true, settings: {it: '${output.app.id}'}}}\n"
    )
    make_fleet(root, acme=text)
    settings = root / "fleet.yaml"
    settings.write_text(f"{settings.read_text()}terraform: {{environment_allow: ['AWS_*']}}\n")
    return root


def explain(fleet: Path, *asked: str) -> Any:  # noqa: ANN401  a document
    return answered(fleet, "explain", *asked)


def answered(fleet: Path, *asked: str) -> Any:  # noqa: ANN401  a document
    environment = {**NOBODY, "PATH": install_program(fleet.parent / "bin")}
    code, text = answer((*asked, "--json"), fleet, environment)
    assert code == 0, text
    assert SECRET not in text
    return json.loads(text)


def test_a_default_of_the_stack_is_explained_with_its_file_and_line(fleet: Path) -> None:
    found = explain(fleet, "client/acme/app", "size")
    assert found["value"] == 1
    (link,) = found["chain"]
    assert (link["layer"], link["file"], link["line"], link["value"]) == (
        "the stack's default",
        "stack/main.tf",
        2,
        1,
    )


def test_layers_that_set_it_and_took_it_away_are_told_before_the_default(fleet: Path) -> None:
    (fleet / "defaults.yaml").write_text("stacks: {app: {size: 7}}\n")
    (fleet / "clients/acme.yaml").write_text("stacks: {app: {size: !unset }}\n")
    found = explain(fleet, "client/acme/app", "size")
    assert found["value"] == 1
    assert [(link["file"], link["value"]) for link in found["chain"]] == [
        ("defaults.yaml", 7),
        ("clients/acme.yaml", "!unset"),
        ("stack/main.tf", 1),
    ]


def test_a_sensitive_default_is_masked(fleet: Path) -> None:
    assert explain(fleet, "client/acme/app", "password")["value"] == "(sensitive)"


def test_the_environment_of_a_cell_is_explained_and_its_secrets_are_masked(fleet: Path) -> None:
    region, secret = explain(fleet, "client/acme/app", "environment")["inputs"]
    assert (region["input"], region["value"]) == ("environment.AWS_REGION", "us-east-1")
    assert region["chain"][-1]["file"] == "clients/acme.yaml"
    assert (secret["value"], secret["chain"][-1]["value"]) == ("(sensitive)", "(sensitive)")
    assert explain(fleet, "client/acme/app", "environment.AWS_REGION")["value"] == "us-east-1"


@pytest.mark.parametrize("unit", ["client/acme/app", "client/acme/extra"])
def test_enabled_and_version_are_explained_wherever_they_are_set(fleet: Path, unit: str) -> None:
    found = explain(fleet, unit, "enabled")
    assert found["value"] is True
    assert found["chain"][-1]["file"] in ("fleet.yaml", "clients/acme.yaml")
    version = explain(fleet, unit, "version")
    assert (version["value"], version["chain"][-1]["value"]) == (None, "./stack")


def test_an_output_that_was_never_made_is_told_as_such(fleet: Path) -> None:
    (taken,) = explain(fleet, "client/acme/extra", "settings")["taken"]
    assert taken == {"output": "output.client/acme/app.id", "known": False, "sensitive": False, "value": None}


def test_without_a_name_the_defaults_of_the_stack_are_explained_too(fleet: Path) -> None:
    inputs = {item["input"]: item for item in explain(fleet, "client/acme/extra")["inputs"]}
    assert list(inputs) == ["settings", "password", "size"]
    assert inputs["size"]["chain"][-1]["layer"] == "the stack's default"
    assert inputs["password"]["value"] == "(sensitive)"


def test_what_is_recorded_of_outputs_is_shown_and_secrets_masked(fleet: Path) -> None:
    app = UnitAddress.parse("client/acme/app")
    outputs = {
        "id": RecordedOutput("d", sensitive=False, value="vpc-123"),
        "token": RecordedOutput("e", sensitive=True),
    }
    text = (
        "stacks: {extra: {enabled: true, settings: {it: '${output.app.id}'}, password: '${output.app.id}'}}\n"
    )
    (fleet / "clients/bolt.yaml").write_text(text.replace("output.app", "output.client/acme/app"))
    bind(fleet, "trial")
    with ledger_of(fleet) as ledger:
        recipe = recipe_of(make_unit(app), {}, DIGESTER)
        applied = AppliedUnit(
            head=AppliedHead(address=app, fingerprint="f"),
            source_digest="d",
            source_label="./stack",
            backend_digest="b",
            inputs={},
            outputs=outputs,
            recipe=recipe,
            run="20261122-214812-3f9a",
        )
        ledger.recorder.start_run(make_run(applied.run))
        result = UnitResult(app, Outcome.APPLIED)
        ledger.recorder.record_applied(applied, result, applied.run, applied_event(applied.run))

    (shown,) = answered(fleet, "show", "client/acme/app")["units"]
    (taking,) = answered(fleet, "show", "client/acme/extra")["units"]

    assert shown["outputs"] == {
        "id": {"sensitive": False, "value": "vpc-123"},
        "token": {"sensitive": True, "value": None},
    }
    assert shown["taken"] == []
    reference = {"output": "output.client/acme/app.id", "known": True}
    assert taking["taken"] == [{**reference, "sensitive": False, "value": "vpc-123"}]
    (masked,) = answered(fleet, "explain", "client/bolt/extra", "password")["taken"]
    assert masked == {**reference, "sensitive": True, "value": None}


@pytest.mark.parametrize(
    ("asked", "advised"), [("siez", "did you mean 'size'?"), ("nothing-like-it", "size")]
)
def test_an_input_that_is_not_there_is_advised_of_those_with_defaults_too(
    fleet: Path, asked: str, advised: str
) -> None:
    environment = {**NOBODY, "PATH": install_program(fleet.parent / "bin")}
    code, text = answer(("explain", "client/acme/app", asked), fleet, environment)
    assert code == 1
    assert advised in text
