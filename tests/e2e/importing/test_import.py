"""A tree of another tool becomes a fleet: its states are adopted, and the first plan is empty."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

import binaries
from e2e.conftest import Start
from e2e.kit.desk import Desk
from e2e.kit.fleet import FleetFolder

NETWORK = """
variable "cidr" { type = string }
resource "terraform_data" "this" { input = var.cidr }
output "id" { value = terraform_data.this.output }
"""
SERVICE = """
variable "network" { type = string }
variable "sizes" { type = map(number) }
resource "terraform_data" "this" { input = [var.network, var.sizes] }
"""
BACKEND = 'terraform {\n  backend "local" {}\n}\n'


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def applied(folder: Path, *arguments: str, workspace: str = "", backend: str = "") -> None:
    """Apply a root module with plain Terraform, as the other tools do."""

    def terraform(*words: str) -> None:
        command = ["terraform", f"-chdir={folder}", *words]
        subprocess.run(command, check=True, capture_output=True, timeout=120)

    terraform("init", "-input=false", "-reconfigure", *([f"-backend-config={backend}"] if backend else []))
    if workspace:
        terraform("workspace", "select", "-or-create", workspace)
    terraform("apply", "-auto-approve", "-input=false", *arguments)


def plain(tree: Path) -> None:
    write(
        tree,
        {
            "modules/network/main.tf": NETWORK,
            "envs/prod/network/main.tf": 'terraform {\n  backend "local" { path = "prod.tfstate" }\n}\n'
            'variable "cidr" { type = string }\n'
            'module "network" {\n  source = "../../../modules/network"\n  cidr   = var.cidr\n}\n',
            "envs/prod/network/terraform.tfvars": 'cidr = "10.0.0.0/16"\n',
            "envs/prod/service/main.tf": SERVICE,
            "envs/prod/service/prod.tfvars": 'network = "n-1"\nsizes = { small = 1, "large" = 2.5 }\n'
            "old = 1\n",
            "site/main.tf": NETWORK,
            "site/blue.tfvars": 'cidr = "10.1.0.0/16"\n',
            "site/green.tfvars": 'cidr = "10.2.0.0/16"\n',
        },
    )
    applied(tree / "envs/prod/network")
    applied(tree / "envs/prod/service", "-var-file=prod.tfvars")
    for name in ("blue", "green"):
        applied(tree / "site", f"-var-file={name}.tfvars", workspace=name)


def terragrunt(tree: Path) -> None:
    write(
        tree,
        {
            "modules/network/main.tf": BACKEND + NETWORK,
            "modules/service/main.tf": BACKEND + SERVICE,
            "root.hcl": 'locals {\n  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))\n'
            '  name = local.env.locals.name\n}\nremote_state {\n  backend = "local"\n  config = {\n'
            f'    path = "{tree.parent}/states/${{path_relative_to_include()}}/terraform.tfstate"\n  }}\n}}\n'
            'generate "provider" {\n  path = "provider.tf"\n  contents = "# ${local.name}"\n}\n'
            "inputs = merge(local.env.locals, {\n"
            "  sizes = { for name, size in { small = 1, large = 2 } : name => size if "
            'local.name != "prod" || size < 2 }\n'
            "})\n",
            "prod/env.hcl": 'locals {\n  name = "prod"\n  range = "10.0"\n}\n',
            "prod/network/terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n'
            '  expose = true\n}\nterraform {\n  source = "../../modules//network"\n}\n'
            'inputs = {\n  cidr = "${include.root.locals.env.locals.range}.0.0/16"\n}\n',
            "prod/service/terragrunt.hcl": 'include "root" {\n'
            '  path = find_in_parent_folders("root.hcl")\n}\n'
            'terraform {\n  source = "../../modules//service"\n}\n'
            'dependency "network" {\n  config_path = "../network"\n}\n'
            "inputs = {\n  network = dependency.network.outputs.id\n}\n",
        },
    )
    states = tree.parent / "states"
    applied(
        tree / "modules/network",
        "-var=cidr=10.0.0.0/16",
        backend=f"path={states}/prod/network/terraform.tfstate",
    )
    applied(
        tree / "modules/service",
        "-var=network=10.0.0.0/16",
        "-var=sizes={small=1}",
        backend=f"path={states}/prod/service/terraform.tfstate",
    )


def atmos(tree: Path) -> None:
    write(
        tree,
        {
            "atmos.yaml": "base_path: ./\ncomponents: {terraform: {base_path: components/terraform}}\n"
            "stacks:\n  base_path: stacks\n  included_paths: [deploy/**/*]\n"
            '  name_template: "{{ .vars.tenant }}-{{ .vars.stage }}"\n',
            "components/terraform/network/main.tf": NETWORK,
            "components/terraform/service/main.tf": SERVICE,
            "stacks/catalog/service.yaml": "components:\n  terraform:\n    service/defaults:\n"
            "      metadata: {type: abstract, component: service}\n      vars: {sizes: {small: 1}}\n",
            "stacks/deploy/prod.yaml": "import: [catalog/service]\nvars: {tenant: plat, stage: prod}\n"
            "components:\n  terraform:\n    network:\n      vars: {cidr: 10.0.0.0/16}\n    service/blue:\n"
            "      metadata: {component: service, inherits: [service/defaults]}\n"
            "      settings: {depends_on: {1: {component: network}}}\n"
            "      vars:\n        network: !terraform.state network id\n        sizes: {large: 2}\n",
        },
    )
    folder = tree / "components/terraform"
    applied(folder / "network", "-var=cidr=10.0.0.0/16", workspace="plat-prod")
    sizes = "-var=sizes={small=1,large=2}"
    applied(folder / "service", "-var=network=10.0.0.0/16", sizes, workspace="plat-prod-service-blue")


CASES = {
    "terraform": (plain, ["env/blue/site", "env/green/site", "env/prod/network", "env/prod/service"]),
    "terragrunt": (terragrunt, ["env/prod/network", "env/prod/service"]),
    "atmos": (atmos, ["env/plat-prod/network", "env/plat-prod/service-blue"]),
}


@pytest.mark.parametrize(
    ("tool", "product"),
    [
        ("terraform", "terraform"),
        ("terragrunt", "tofu"),
        ("atmos", "terraform"),
        pytest.param("terraform", "tofu", marks=pytest.mark.long),
        pytest.param("terragrunt", "terraform", marks=pytest.mark.long),
        pytest.param("atmos", "tofu", marks=pytest.mark.long),
    ],
)
def test_a_tree_becomes_a_fleet_whose_first_plan_is_empty(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    program: Start,
    tool: str,
    product: str,
) -> None:
    for name, value in binaries.machine_with(product, tmp_path_factory.mktemp("machine")).items():
        monkeypatch.setenv(name, value)
    make, units = CASES[tool]
    make(tmp_path / "tree")
    outside = program(FleetFolder(tmp_path / "tree", Desk(tmp_path / "desk")))
    told = outside.look("import", tool, ".", "--to", "../fleet", "--json").expect(0).document
    assert [item["unit"] for item in told["units"]] == units

    cellwright = program(FleetFolder(tmp_path / "fleet", Desk(tmp_path / "desk")))
    assert "no findings" in cellwright.look("check").expect(0).out
    adopted = cellwright.run("ledger", "adopt", "--yes", "--json").expect(0).document
    assert {item["unit"]: item["standing"] for item in adopted["units"]} == dict.fromkeys(units, "up to date")
    status = cellwright.look("status", "--json").expect(0).document
    assert {item["address"]: item["status"] for item in status["units"]} == dict.fromkeys(units, "up_to_date")
    planned = cellwright.run("plan", "--all", "--json").expect(0)
    assert planned.outcomes == dict.fromkeys(units, "unchanged")
