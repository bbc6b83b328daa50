from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.process.environment import TUNING, clean_environment, is_identity

AMBIENT = {
    "PATH": "/bin",
    "HOME": "/home/ann",
    "LC_ALL": "C",
    "SSH_AUTH_SOCK": "/run/agent",
    "HTTPS_PROXY": "http://proxy",
    "AWS_PROFILE": "ann",
    "AWS_ACCESS_KEY_ID": "AKIAAMBIENT",
    "AWS_SECRET_ACCESS_KEY": "ambient-secret",
    "AWS_SESSION_TOKEN": "ambient-token",
    "AWS_ROLE_ARN": "arn:ambient",
    "AWS_SOMETHING_NEW": "who knows",
    "AWS_REGION": "eu-west-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
    "TF_CLI_ARGS": "-target=x",
    "TF_CLI_ARGS_plan": "-destroy",
    "TF_WORKSPACE": "other",
    "TF_DATA_DIR": "/elsewhere",
    "TF_VAR_name": "ambient",
    "TF_REATTACH_PROVIDERS": "{}",
    "TF_CLI_CONFIG_FILE": "/home/ann/x.tfrc",
    "VAULT_TOKEN": "hvs.ambient",
    "LD_PRELOAD": "/evil.so",
    "EDITOR": "vi",
}


def test_only_what_is_allowed_passes() -> None:
    clean = clean_environment(AMBIENT, {})

    assert {"PATH", "HOME", "LC_ALL", "SSH_AUTH_SOCK", "HTTPS_PROXY", "AWS_PROFILE"} <= set(clean)
    assert not {"LD_PRELOAD", "EDITOR", "VAULT_TOKEN", "TF_WORKSPACE", "TF_DATA_DIR"} & set(clean)
    assert not [name for name in clean if name.startswith(("TF_VAR_", "TF_CLI_", "TF_REATTACH"))]


def test_terraform_is_told_not_to_prompt() -> None:
    clean = clean_environment({"TF_INPUT": "1"}, {})

    assert {name: value for name, value in clean.items() if name not in TUNING} == {
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
    }


@pytest.mark.parametrize("source", ["environment", "cell"])
def test_the_garbage_collector_is_tuned_unless_somebody_says_otherwise(source: str) -> None:
    assert clean_environment({}, {})["GOGC"] == "400"

    said = {"GOGC": "50", "GOMEMLIMIT": "1GiB"}
    clean = clean_environment(said, {}) if source == "environment" else clean_environment({}, said)
    assert said.items() <= clean.items()


def test_patterns_pass_more_names_but_never_reserved_ones() -> None:
    clean = clean_environment(AMBIENT, {}, ("VAULT_*", "TF_*", "*"))

    assert clean["VAULT_TOKEN"] == "hvs.ambient"
    assert clean["EDITOR"] == "vi"
    assert "TF_CLI_ARGS_plan" not in clean
    assert "TF_VAR_name" not in clean


@pytest.mark.parametrize(
    "cell",
    [
        {"AWS_ACCESS_KEY_ID": "AKIACELL", "AWS_SECRET_ACCESS_KEY": "cell-secret"},
        {"AWS_PROFILE": "cell"},
        {"AWS_ROLE_ARN": "arn:cell"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"},
    ],
)
def test_a_cells_identity_replaces_all_of_the_ambient_one(cell: dict[str, str]) -> None:
    clean = clean_environment(AMBIENT, cell)

    assert {name: clean[name] for name in clean if is_identity(name)} == cell


def test_a_cells_region_leaves_the_ambient_identity() -> None:
    clean = clean_environment(
        AMBIENT | {"AWS_DEFAULT_REGION": "eu-west-1"}, {"AWS_DEFAULT_REGION": "us-east-1"}
    )

    assert clean["AWS_SESSION_TOKEN"] == "ambient-token"
    assert clean["AWS_DEFAULT_REGION"] == "us-east-1"
    assert "AWS_REGION" not in clean  # it would override the cell's


def test_an_unknown_aws_name_counts_as_identity() -> None:
    assert "AWS_SOMETHING_NEW" in clean_environment(AMBIENT, {})
    assert "AWS_SOMETHING_NEW" not in clean_environment(AMBIENT, {"AWS_PROFILE": "cell"})


def test_a_certificate_bundle_passes_only_if_it_is_there(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"

    assert "AWS_CA_BUNDLE" not in clean_environment({"AWS_CA_BUNDLE": str(bundle)}, {})
    bundle.touch()
    assert clean_environment({"AWS_CA_BUNDLE": str(bundle)}, {})["AWS_CA_BUNDLE"] == str(bundle)


def test_all_reserved_names_that_a_cell_sets_are_reported() -> None:
    with pytest.raises(DiagnosticError) as caught:
        clean_environment({}, {"TF_WORKSPACE": "x", "TF_VAR_name": "y", "FINE": "z"})

    assert [item.summary for item in caught.value.diagnostics] == [
        "a cell's environment can't set TF_VAR_name",
        "a cell's environment can't set TF_WORKSPACE",
    ]
    assert "input of the stack: name" in caught.value.diagnostics[0].detail


def test_opentofus_keys_pass_and_a_cells_win() -> None:
    ambient = {"TF_ENCRYPTION": "state {}"}

    assert clean_environment(ambient, {})["TF_ENCRYPTION"] == "state {}"
    assert clean_environment(ambient, {"TF_ENCRYPTION": "plan {}"})["TF_ENCRYPTION"] == "plan {}"
