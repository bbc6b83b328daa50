"""Trees of Atmos: imports, inheritance, names of stacks and workspaces, functions and templates."""

from pathlib import Path

import pytest

from cellwright.foreign.atmos.tree import read_atmos
from cellwright.foreign.sources import SourceMap
from cellwright.foreign.tree import Unreadable
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
  backend: {s3: {bucket: states, key: terraform.tfstate, region: eu-west-1}}
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
    assert {"other", "odd"} & found["app-one"].keys() == set()
    assert found["app-one"]["secret"] == "${secret.environment.PASSWORD}"
    assert "stacks/orgs/prod.yaml:13:17: warning: the environment variable PASSWORD is a secret" in told(
        fleet
    )
    assert found["gone"]["enabled"] is False
    assert "its folder is not there" in told(fleet)
    assert "no longer made to wait for 'lost'" in told(fleet)
    assert "components of 'helmfile' are not taken over" in told(fleet)
    assert "helmfile" not in "".join(fleet.files)


def test_a_template_names_stacks_unless_it_calls_what_is_not_known(tmp_path: Path) -> None:
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


def test_an_import_with_a_context_is_filled_in_first(tmp_path: Path) -> None:
    context = "{path: catalog/app, context: {size: 7, more: [a, b]}}"
    catalog = (
        "components: {terraform: {app/base: {metadata: {type: abstract}, vars: {\n"
        "{{- range $i, $e := .more }}n{{ $i }}: {{ $e }}, {{ end -}} size: {{ .size }}}}}}\n"
    )
    more = {"stacks/orgs/prod.yaml": PROD.replace("catalog/*", f"{context}, catalog/none")}
    fleet = written(
        read_atmos(make(tmp_path / "a", **more, **{"stacks/catalog/app.yaml": catalog}), {}), tmp_path
    )
    found = stacks(fleet, "acme-prod")["app-one"]
    assert (found["size"], found["n0"], found["n1"]) == (7, "a", "b")
    assert "stacks/orgs/prod.yaml:1:1: error: the import 'catalog/none' is not there" in told(fleet)
    with pytest.raises(DiagnosticError, match="imported with a context, and can't be filled in"):
        read_atmos(make(tmp_path / "b", **more, **{"stacks/catalog/app.yaml": "a: {{ exec }}\n"}), {})


def test_locals_end_with_their_file_and_overrides_reach_what_it_imports(tmp_path: Path) -> None:
    prod = """
import: [./_defaults, catalog/app]
locals: {base: "x-{{ .vars.stage }}", name: "{{ .locals.base | upper }}", all: {n: "{{ .locals.name }}"}}
overrides: {vars: {size: 9}}
vars: {stage: prod}
components:
  terraform:
    net:
      locals: {own: "o-{{ .locals.base }}"}
      vars: {name: "{{ .locals.name }}", own: "{{ .locals.own }}", all: "{{ .locals.all }}", size: 1}
      env: {AWS_REGION: eu-west-1, OTHER: x}
    app: {metadata: {inherits: [app/base]}, vars: {lost: "{{ .locals.of_another_file }}"}}
"""
    fleet = written(read_atmos(make(tmp_path, **{"stacks/orgs/prod.yaml": prod}), {}), tmp_path)
    found = stacks(fleet, "acme-prod")
    assert found["net"]["name"] == "X-prod".upper()
    assert (found["net"]["own"], found["net"]["all"]) == ("o-x-prod", {"n": "X-PROD"})
    assert (found["net"]["size"], found["app"]["size"]) == (9, 9)
    assert "lost" not in found["app"]
    assert "AWS_REGION: eu-west-1" in fleet.files["env/acme-prod.yaml"]
    assert "stacks/orgs/prod.yaml:8:5: warning: `env` of 'net' is not taken over" in told(fleet)


def test_functions_of_yaml_read_the_environment_and_files_of_the_tree(tmp_path: Path) -> None:
    prod = """
import: [./_defaults]
vars: {stage: prod}
components:
  terraform:
    net:
      vars:
        set: !env SET
        default: !env NOT_SET "a b"
        part: !include data/more.yaml .list[1]
        lost: !include https://example.com/x.yaml
        made: !template '{{ toJson .settings.x }}'
        shell: !exec echo
      settings: {x: {y: [1]}}
    app: {vars: !include ./app.tfvars}
    gone: {vars: !include ./none.tfvars}
"""
    more = {"stacks/orgs/prod.yaml": prod, "data/more.yaml": "list: [a, b]\n"}
    more["stacks/orgs/app.tfvars"] = 'of_file = "v"\n'
    fleet = written(read_atmos(make(tmp_path, **more), {"SET": "yes"}), tmp_path)
    found = stacks(fleet, "acme-prod")["net"]
    assert (found["set"], found["default"], found["part"]) == ("yes", "a b", "b")
    assert found["made"] == {"y": [1]}
    assert {"lost", "shell"} & found.keys() == set()
    assert stacks(fleet, "acme-prod")["app"]["of_file"] == "v"
    assert "the inputs of 'gone' in acme-prod are not written: none.tfvars can't be read" in told(fleet)
    assert "stacks/orgs/prod.yaml:8:14: warning: the environment variable SET was read" in told(fleet)
    assert "prod.yaml:13:16: warning: 'shell' of env/acme-prod/net is not written: !exec is not" in told(
        fleet
    )


def test_a_component_that_is_vendored_comes_from_its_address_or_from_the_source_map(tmp_path: Path) -> None:
    vendor = (
        "spec:\n  sources:\n    - component: far\n      version: v2\n"
        "      targets: [components/terraform/far]\n"
        '      source: "github.com/acme/modules.git//far?ref={{.Version}}"\n'
    )
    prod = (
        "import: [./_defaults]\nvars: {stage: prod}\ncomponents:\n  terraform:\n    far: {}\n"
        "    near: {source: {uri: ../outside/near}}\n    oci: {source: oci://registry/x}\n"
    )
    write(tmp_path, {"outside/near/main.tf": "", "far-clone/far/main.tf": ""})
    tree = make(tmp_path / "tree", **{"stacks/orgs/prod.yaml": prod, "vendor.yaml": vendor})
    units = {unit.stack: unit for unit in read_atmos(tree, {}).units}
    assert units["far"].source == "github.com/acme/modules.git//far?ref=v2"
    assert units["near"].source == tmp_path / "outside/near"
    assert isinstance(units["oci"].source, Unreadable)
    sources = SourceMap.parsed([f"https://github.com/acme/modules={tmp_path}/far-clone"], tmp_path)
    mapped = {unit.stack: unit.source for unit in read_atmos(tree, {}, sources).units}
    assert mapped["far"] == tmp_path / "far-clone/far"
