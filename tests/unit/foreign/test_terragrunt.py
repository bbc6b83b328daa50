"""Trees of Terragrunt: includes, locals, dependencies; what can't be told is named, never guessed."""

from pathlib import Path

import pytest

from cellwright.foreign.sources import SourceMap
from cellwright.foreign.terragrunt.tree import read_terragrunt
from cellwright.model.diagnostic import DiagnosticError
from unit.foreign.trees import stacks, states, told, write, written

ROOT = """
locals {
  env    = read_terragrunt_config(find_in_parent_folders("env.hcl")).locals
  region = read_terragrunt_config(find_in_parent_folders("none.hcl", "no"), { locals = { name = "eu" } })
}
remote_state {
  backend = "s3"
  config = {
    bucket         = "${get_env("PREFIX", "")}states"
    key            = "${path_relative_to_include()}/tf.tfstate"
    region         = "eu-west-1"
    s3_bucket_tags = { a = "b" }
  }
}
generate "provider" {
  path     = "provider.tf"
  contents = "provider \\"aws\\" {}"
}
inputs = {
  region = local.region.locals.name
  tags   = { a = 1, b = { c = 2 } }
}
"""
INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n'


def unit(name: str, more: str = "", include: str = INCLUDE) -> str:
    return (
        include + f'terraform {{\n  source = "git::https://git.example.com/m.git//{name}?ref=v1"\n}}\n' + more
    )


def test_what_is_included_read_and_depended_on_comes_together(tmp_path: Path) -> None:
    deep = INCLUDE.replace("}\n", '  merge_strategy = "deep"\n}\n')
    write(
        tmp_path,
        {
            "root.hcl": ROOT,
            "prod/env.hcl": 'locals {\n  name = "prod"\n}\n',
            "prod/net/terragrunt.hcl": unit("net", "inputs = { tags = { b = { d = 3 } } }\n", deep),
            "prod/app/terragrunt.hcl": unit(
                "app",
                'dependency "net" {\n  config_path = "../net"\n  mock_outputs = { id = "x" }\n}\n'
                'inputs = {\n  id = dependency.net.outputs.id\n  url = "https://${dependency.net.outputs.host}/$${x}"\n'
                "  first = dependency.net.outputs.list[0]\n  upper = upper(local.nothing)\n}\n",
            ),
        },
    )
    fleet = written(read_terragrunt(tmp_path, {"PREFIX": "ours-"}), tmp_path)
    assert states(fleet) == {"prod/app": "prod/app/tf.tfstate", "prod/net": "prod/net/tf.tfstate"}
    assert "bucket: ours-states" in fleet.files["fleet.yaml"]
    assert "s3_bucket_tags" not in fleet.files["fleet.yaml"]
    found = stacks(fleet, "prod")
    assert found["net"]["tags"] == {"a": 1, "b": {"c": 2, "d": 3}}
    assert found["app"]["id"] == "${output.net.id}"
    assert found["app"]["url"] == "https://${output.net.host}/$${x}"
    assert found["app"]["region"] == "eu"
    assert found["app"]["first"] == "${output.net.list.0}"
    assert "# TODO: stacks.app.upper" in fleet.files["env/prod.yaml"]
    assert "prod/app/terragrunt.hcl:15:17: warning: 'upper' of env/prod/app" in told(fleet)
    assert "root.hcl:15:1: warning: `generate` 'provider' is not taken over" in told(fleet)
    assert "the environment variable PREFIX was read" in told(fleet)


def test_a_unit_whose_state_cant_be_told_is_switched_off_and_nobody_takes_its_outputs(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "root.hcl": ROOT.replace("path_relative_to_include()", "get_aws_account_id()"),
            "prod/env.hcl": "",
            "prod/net/terragrunt.hcl": unit("net"),
            "prod/app/terragrunt.hcl": 'terraform {\n  source = "tfr:///a/b/c?version=1"\n}\n'
            'remote_state {\n  backend = "s3"\n  config = { bucket = "b", key = "app" }\n}\n'
            'dependency "net" {\n  config_path = "../net"\n}\ninputs = { id = dependency.net.outputs.id }\n',
        },
    )
    fleet = written(read_terragrunt(tmp_path, {}), tmp_path)
    assert {name: item["enabled"] for name, item in stacks(fleet, "prod").items()} == {
        "app": False,
        "net": False,
    }
    assert "root.hcl:10:25: error: env/prod/net is switched off" in told(fleet)
    assert "get_aws_account_id() is not evaluated here" in told(fleet)
    assert "a module of a registry can't be a stack" in told(fleet)
    assert "an output of a unit that is switched off" in fleet.files["env/prod.yaml"]


def test_a_backend_that_is_generated_is_read(tmp_path: Path) -> None:
    text = (
        'generate "backend" {\n  path = "backend.tf"\n  contents = <<EOF\nterraform {\n  backend "s3" {\n'
        '    bucket = "b"\n    key    = "${path_relative_to_include()}.tfstate"\n  }\n}\nEOF\n}\n'
    )
    write(tmp_path, {"root.hcl": text, "prod/net/terragrunt.hcl": unit("net")})
    fleet = written(read_terragrunt(tmp_path, {}), tmp_path)
    assert states(fleet) == {"prod/net": "prod/net.tfstate"}
    assert "generate" not in told(fleet)


def test_files_that_read_each_other_in_a_circle_end(tmp_path: Path) -> None:
    circle = 'locals {\n  x = read_terragrunt_config("OTHER.hcl")\n  y = local.y\n}\n'
    write(
        tmp_path,
        {
            "a/one.hcl": circle.replace("OTHER", "two"),
            "a/two.hcl": circle.replace("OTHER", "one"),
            "a/net/terragrunt.hcl": 'locals {\n  x = read_terragrunt_config("../one.hcl")\n}\n'
            + unit("net", "inputs = { x = local.x, y = local.y }\n", ""),
        },
    )
    fleet = written(read_terragrunt(tmp_path, {}), tmp_path)
    assert "TODO" in fleet.files["env/net.yaml" if "env/net.yaml" in fleet.files else "env/a.yaml"]


def test_a_stack_of_terragrunt_and_broken_files_are_named(tmp_path: Path) -> None:
    write(tmp_path, {"a/terragrunt.stack.hcl": "", "a/net/terragrunt.hcl": "inputs = {\n"})
    with pytest.raises(DiagnosticError) as fault:
        read_terragrunt(tmp_path, {})
    assert str(fault.value.diagnostics[0].position).startswith("a/net/terragrunt.hcl:")


def test_units_of_a_stack_are_read_where_they_come_from(tmp_path: Path) -> None:
    catalog = {
        "catalog/units/net/terragrunt.hcl": INCLUDE
        + 'terraform {\n  source = "git::https://git.example.com/m.git//net?ref=${values.version}"\n}\n'
        "inputs = { name = values.name, size = try(values.size, 1) }\n",
        "catalog/units/app/terragrunt.hcl": INCLUDE
        + 'terraform {\n  source = "git::https://git.example.com/m.git//app?ref=v1"\n}\n'
        'dependency "net" {\n  config_path = values.net_path\n}\n'
        "inputs = { id = dependency.net.outputs.ids[0] }\n",
        "catalog/stacks/inner/terragrunt.stack.hcl": 'unit "app" {\n  source = "../../units/app"\n'
        '  path = "app"\n  values = { net_path = "../../../base/net", up = values.up }\n}\n',
    }
    stack = (
        'locals {\n  name = "n-${get_env("WHO", "x")}"\n}\n'
        'unit "net" {\n  source = "github.com/acme/catalog//units/net"\n  path = "base/net"\n'
        '  values = { name = local.name, version = "v2" }\n}\n'
        'unit "app" {\n  source = "git::git@github.com:acme/catalog.git//units/app?ref=v3"\n  path = "app"\n'
        '  values = { net_path = "../base/net" }\n}\n'
        'stack "inner" {\n  source = "github.com/acme/catalog//stacks/inner"\n  path = "inner"\n'
        "  values = { up = 1 }\n}\n"
        'unit "lost" {\n  source = "https://elsewhere.example.com/x.git//y"\n  path = "lost"\n}\n'
        'unit "unknown" {\n  source = run_cmd("x")\n  path = "unknown"\n}\n'
    )
    write(
        tmp_path, {"live/root.hcl": ROOT, "live/prod/env.hcl": "", "live/prod/s/terragrunt.stack.hcl": stack}
    )
    write(tmp_path, catalog)
    sources = SourceMap.parsed([f"https://github.com/acme/catalog.git={tmp_path}/catalog"], tmp_path)
    fleet = written(read_terragrunt(tmp_path / "live", {}, sources), tmp_path)
    assert states(fleet) == {
        "s/app": "prod/s/.terragrunt-stack/app/tf.tfstate",
        "s/inner-app": "prod/s/.terragrunt-stack/inner/.terragrunt-stack/app/tf.tfstate",
        "s/base-net": "prod/s/.terragrunt-stack/base/net/tf.tfstate",
    }
    found = stacks(fleet, "s")
    assert (found["base-net"]["name"], found["base-net"]["size"]) == ("n-x", 1)
    assert found["app"]["id"] == "${output.base-net.ids.0}"
    assert "//net?ref=v2" in fleet.files["fleet.yaml"]
    said = told(fleet)
    assert (
        "prod/s/terragrunt.stack.hcl:19:1: error: units of https://elsewhere.example.com/x.git are not"
        in said
    )
    assert "--source-map 'https://elsewhere.example.com/x.git=FOLDER'" in said
    assert "the unit 'unknown' is not taken over: the function run_cmd() is not evaluated here" in said
    assert (
        "terragrunt.stack.hcl:2:15: warning: the environment variable WHO was read: it is not set here"
        in said
    )


def test_a_module_out_of_reach_is_taken_from_the_source_map(tmp_path: Path) -> None:
    region = ROOT.replace('provider \\"aws\\" {}', 'provider \\"aws\\" {\\n  region = \\"eu-west-1\\"\\n}')
    write(
        tmp_path,
        {
            "live/root.hcl": region,
            "live/prod/env.hcl": "",
            "live/prod/net/terragrunt.hcl": unit("net"),
            "live/test/env.hcl": "",
            "live/test/net/terragrunt.hcl": unit("net"),
            "modules/net/main.tf": 'variable "region" {}\n',
        },
    )
    sources = SourceMap.parsed(["ssh://git@git.example.com/m.git=modules"], tmp_path)
    fleet = written(read_terragrunt(tmp_path / "live", {}, sources), tmp_path)
    assert 'net: {source: "../modules/net"}' in fleet.files["fleet.yaml"]
    assert told(fleet).count("'?ref=v1' is not looked at") == 1
    assert "AWS_REGION: eu-west-1" in fleet.files["env/prod.yaml"]
    with pytest.raises(DiagnosticError) as refusal:
        SourceMap.parsed(["a", "x=none"], tmp_path)
    assert [item.summary for item in refusal.value.diagnostics] == [
        "--source-map 'a' is no pair",
        "--source-map 'x=none': none is not there",
    ]


def test_every_note_has_its_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "root.hcl": ROOT.replace("path_relative_to_include()", "get_aws_account_id()"),
            "prod/env.hcl": "",
            "prod/none/terragrunt.hcl": "locals {}\n",
            "prod/net/terragrunt.hcl": unit("net", "skip = true\nexclude {\n  if = true\n}\n"),
            "prod/app/terragrunt.hcl": unit("app", 'dependencies {\n  paths = ["../gone"]\n}\n'),
        },
    )
    notes = written(read_terragrunt(tmp_path, {}), tmp_path).notes
    assert len(notes) > 6
    assert [str(note) for note in notes if note.position is None or not note.position.line] == []
