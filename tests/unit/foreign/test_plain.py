"""Root modules of plain Terraform: where their states are, and what differs by environment."""

from pathlib import Path

import pytest

from cellwright.foreign.plain import read_plain
from cellwright.model.diagnostic import DiagnosticError
from unit.foreign.trees import stacks, states, told, write, written

S3 = (
    'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "site.tfstate"\n'
    '    region = "eu-west-1"\n  }\n}\n'
)
VARIABLE = 'variable "color" { type = string }\n'


def test_each_file_of_variables_is_an_environment_in_a_workspace_of_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "site/main.tf": S3 + VARIABLE + 'output "w" { value = terraform.workspace }\n',
            "site/vars/blue.tfvars": 'color = "blue"\n',
            "site/vars/green.tfvars": 'color = "green ${not_a_name}"\n',
        },
    )
    fleet = written(read_plain(tmp_path), tmp_path)
    assert states(fleet) == {"blue/site": "env:/blue/site.tfstate", "green/site": "env:/green/site.tfstate"}
    assert stacks(fleet, "blue") == {"site": {"enabled": True, "color": "blue"}}
    assert "# TODO: stacks.site.color" in fleet.files["env/green.yaml"]
    assert "site/main.tf:9:22: warning: the code names terraform.workspace" in told(fleet)
    assert "'blue' is taken for a workspace" in told(fleet)
    assert "vars/green.tfvars:1:18: warning: 'color' of env/green/site is not written" in told(fleet)


def test_a_backend_file_of_an_environment_says_where_its_state_is(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "site/main.tf": 'terraform {\n  backend "s3" {}\n}\n' + VARIABLE,
            "site/blue.tfvars": 'color = "blue"\n',
            "site/green.tfvars": 'color = "green"\n',
            "site/blue.tfbackend": 'bucket = "one"\nkey = "blue"\nsecret_key = "s"\n',
            "site/green.tfbackend": 'bucket = "two"\nkey = "green"\n',
        },
    )
    fleet = written(read_plain(tmp_path), tmp_path)
    assert states(fleet) == {"blue/site": "blue", "green/site": "green"}
    assert "state_bucket: one" in fleet.files["env/blue.yaml"]
    assert 'bucket: "${cell.state_bucket}"' in fleet.files["fleet.yaml"]
    assert "'secret_key' is not written into the fleet" in told(fleet)
    assert all("secret_key" not in text for text in fleet.files.values())


def test_a_unit_with_another_backend_is_switched_off_and_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "prod/one/main.tf": S3,
            "prod/two/main.tf": S3.replace("site", "two"),
            "prod/odd/main.tf": 'terraform {\n  cloud {\n    organization = "o"\n  }\n}\n',
        },
    )
    fleet = written(read_plain(tmp_path), tmp_path)
    assert {name: item["enabled"] for name, item in stacks(fleet, "prod").items()} == {
        "odd": False,
        "one": True,
        "two": True,
    }
    assert "prod/odd/main.tf:2:3: error: env/prod/odd is switched off" in told(fleet)


def test_folders_of_one_name_are_stacks_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, {f"envs/{env}/net/main.tf": S3.replace("site", env) for env in ("a", "b")})
    fleet = written(read_plain(tmp_path), tmp_path)
    assert [unit for unit, _ in fleet.units] == ["env/a/net-a", "env/b/net-b"]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": "terraform {", "b/main.tf": S3 + "x = \n"})
    with pytest.raises(DiagnosticError) as fault:
        read_plain(tmp_path)
    assert [str(item.position) for item in fault.value.diagnostics] == ["a/main.tf:1:1", "b/main.tf:8:5"]


def test_a_folder_without_a_root_module_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"modules/net/main.tf": VARIABLE})
    with pytest.raises(DiagnosticError, match="no root module"):
        read_plain(tmp_path)


def test_workspaces_of_a_backend_that_is_not_followed_switch_units_off(tmp_path: Path) -> None:
    code = 'terraform {\n  backend "gcs" {\n    bucket = "b"\n    prefix = "p"\n  }\n}\nvariable "a" {}\n'
    write(tmp_path, {"x/main.tf": code, "x/blue.tfvars": "a = 1\n", "x/red.tfvars": "a = 2\n"})
    fleet = written(read_plain(tmp_path), tmp_path)
    assert states(fleet) == {}
    assert "where the backend gcs keeps the states of workspaces is not known here" in told(fleet)
