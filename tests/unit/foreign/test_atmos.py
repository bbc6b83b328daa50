"""Trees of Atmos: imports, inheritance, names of stacks and workspaces, functions and templates."""

from pathlib import Path

import pytest

from cellwright.foreign.atmos.tree import read_atmos
from cellwright.model.diagnostic import DiagnosticError
from unit.foreign.trees import stacks, states, told, write, written

ATMOS = """
components: {terraform: {base_path: components/terraform}}
stacks:
  base_path: stacks
  included_paths: [orgs/**/*]
  excluded_paths: ["**/_defaults"]
  name_pattern: "{tenant}-{stage}"
"""
DEFAULTS = """
terraform:
  backend_type: s3
  backend: {s3: {bucket: states, region: eu-west-1}}
  vars: {tags: {a: 1, b: 2}}
vars: {tenant: acme}
"""
PROD = """
import: [./_defaults, catalog/*]
vars: {stage: prod, url: "https://{{ .vars.stage }}.example.com", odd: "{{ range }}"}
components:
  terraform:
    net: {vars: {tags: {b: 3}}}
    app/one:
      metadata: {component: app, inherits: [app/base]}
      settings: {depends_on: [{component: net}, {component: lost}]}
      vars:
        id: !terraform.state net .id // "mock"
        other: !terraform.output net far id
        secret: !env PASSWORD
    gone: {metadata: {enabled: false}}
  helmfile: {x: {}}
"""


def make(folder: Path, **more: str) -> Path:
    modules = {f"components/terraform/{name}/main.tf": "" for name in ("net", "app")}
    files = {
        "atmos.yaml": ATMOS,
        "stacks/orgs/_defaults.yaml": DEFAULTS,
        "stacks/orgs/prod.yaml": PROD,
        "stacks/catalog/app.yaml": "components: {terraform: {app/base: {metadata: {type: abstract}, "
        "vars: {size: 2}, backend: {s3: {workspace_key_prefix: apps}}}}}\n",
    }
    return write(folder, {**modules, **files, **more})


def test_states_inputs_and_order_are_as_atmos_has_them(tmp_path: Path) -> None:
    fleet = written(read_atmos(make(tmp_path), {}), tmp_path)
    assert states(fleet) == {
        "acme-prod/app-one": "apps/acme-prod-app-one/terraform.tfstate",
        "acme-prod/gone": "gone/acme-prod/terraform.tfstate",
        "acme-prod/net": "net/acme-prod/terraform.tfstate",
    }
    found = stacks(fleet, "acme-prod")
    assert found["net"]["tags"] == {"a": 1, "b": 3}
    assert found["net"]["url"] == "https://prod.example.com"
    assert (found["app-one"]["size"], found["app-one"]["id"]) == (2, "${output.net.id}")
    assert {"other", "secret", "odd"} & found["app-one"].keys() == set()
    assert "stacks/orgs/prod.yaml:13:17: warning: 'secret' of env/acme-prod/app-one" in told(fleet)
    assert found["gone"]["enabled"] is False
    assert "its folder is not there" in told(fleet)
    assert "no longer made to wait for 'lost'" in told(fleet)
    assert "components of 'helmfile' are not taken over" in told(fleet)
    assert "helmfile" not in "".join(fleet.files)


def test_a_choice_by_one_value_is_followed_and_more_is_not(tmp_path: Path) -> None:
    choosing = '{{ if eq .vars.stage "prod" }}p-{{ .vars.tenant }}{{ else }}other{{ end }}'
    more = {"atmos.yaml": ATMOS.replace('name_pattern: "{tenant}-{stage}"', f"name_template: '{choosing}'")}
    assert {unit.cell for unit in read_atmos(make(tmp_path / "a", **more), {}).units} == {"p-acme"}
    more = {"atmos.yaml": ATMOS.replace('name_pattern: "{tenant}-{stage}"', "name_template: '{{ env }}'")}
    with pytest.raises(DiagnosticError, match="the name of the stack can't be told"):
        read_atmos(make(tmp_path / "b", **more), {})


def test_faults_have_their_places(tmp_path: Path) -> None:
    circle = {"stacks/catalog/app.yaml": "import: [catalog/app]\n"}
    with pytest.raises(DiagnosticError, match="import each other in a circle"):
        read_atmos(make(tmp_path / "a", **circle), {})
    with pytest.raises(DiagnosticError) as fault:
        read_atmos(make(tmp_path / "b", **{"stacks/orgs/prod.yaml": "a: [\n"}), {})
    assert str(fault.value.diagnostics[0].position).startswith("stacks/orgs/prod.yaml:2")
    with pytest.raises(DiagnosticError, match=r"there is no atmos.yaml"):
        read_atmos(tmp_path, {})


def test_a_template_that_is_imported_is_named(tmp_path: Path) -> None:
    lost = PROD.replace("catalog/*", "{path: catalog/app, context: {x: 1}}, catalog/none")
    fleet = written(read_atmos(make(tmp_path, **{"stacks/orgs/prod.yaml": lost}), {}), tmp_path)
    assert "the import 'catalog/app' has a context" in told(fleet)
    assert "the import 'catalog/none' is not there" in told(fleet)
