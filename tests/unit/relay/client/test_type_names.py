import json
import zipfile
from pathlib import Path

import pytest

from cellwright.relay.client.type_names import keeps_state_in_a_provider, type_names_in_use


def module(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_tf", ".tf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def manifest(root: Path, *folders: str) -> None:
    entries = [{"Key": name, "ProviderSource": "", "Dir": name} for name in folders]
    place = root / ".terraform" / "modules" / "modules.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps({"Modules": entries}))


def state(path: Path, *types: str) -> Path:
    path.write_text(json.dumps({"resources": [{"mode": "managed", "type": name} for name in types]}))
    return path


def test_every_way_to_name_a_type(tmp_path: Path) -> None:
    text = """
resource "aws_vpc" "a" {}
data "aws_ami" "b" {}
ephemeral "aws_secret" "c" {}
moved {
  from = aws_old.x
  to   = module.m.aws_new.x
}
import {
  to = aws_taken.x
  id = "x"
}
removed { from = aws_gone.x }
action "aws_do" "d" {}
"""
    found = type_names_in_use(module(tmp_path, main_tf=text), (), ())

    assert found is not None
    assert {
        "aws_vpc",
        "aws_ami",
        "aws_secret",
        "aws_old",
        "aws_new",
        "aws_taken",
        "aws_gone",
        "aws_do",
    } <= found


def test_json_configuration(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text('{"resource": {"aws_vpc": {"a": {}}}}')

    assert "aws_vpc" in (type_names_in_use(tmp_path, (), ()) or ())


@pytest.mark.parametrize("name", ["main.tofu", "main.tofu.json"])
def test_configuration_for_opentofu_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"resource": {"aws_vpc": {"a": {}}}}')

    assert "aws_vpc" in (type_names_in_use(tmp_path, (), ()) or ())


def test_of_an_encrypted_state_no_type_is_known(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_text('{\n  "meta": {},\n  "encrypted_data": "x",\n  "encryption_version": "v0"\n}')

    assert type_names_in_use(module(tmp_path, main_tf=""), (path,), ()) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('terraform {\n  state_store "demo_store" {}\n}', True),
        ('{"terraform": {"state_store": {}}}', True),
        ('# state_store "demo_store" {}', False),
        ('resource "demo_state_store" "x" {}', False),
    ],
)
def test_a_provider_that_keeps_the_state(tmp_path: Path, text: str, *, kept: bool) -> None:
    assert keeps_state_in_a_provider(module(tmp_path, main_tf=text)) is kept


def test_a_module_that_cannot_be_read_keeps_no_state(tmp_path: Path) -> None:
    assert not keeps_state_in_a_provider(tmp_path / "absent")


def test_local_and_downloaded_modules(tmp_path: Path) -> None:
    root = module(
        tmp_path / "root",
        main_tf='module "a" { source = "../a" }',
        **{".terraform__modules__b__main_tf": 'resource "aws_b" "b" {}'},
    )
    module(tmp_path / "a", main_tf='resource "aws_a" "a" {}')
    module(tmp_path / "unused", main_tf='resource "aws_unused" "x" {}')
    manifest(root, ".", "../a", ".terraform/modules/b")

    found = type_names_in_use(root, (), ())

    assert found is not None
    assert {"aws_a", "aws_b"} <= found
    assert "aws_unused" not in found


@pytest.mark.parametrize("text", ['module "a" {\n  source = "../a"\n}', '  module "a" {}'])
def test_modules_that_are_not_installed_need_the_full_schema(tmp_path: Path, text: str) -> None:
    assert type_names_in_use(module(tmp_path, main_tf=text), (), ()) is None


@pytest.mark.parametrize("text", ["no json", "{}", '{"Modules": [{}]}', '{"Modules": [{"Dir": "nowhere"}]}'])
def test_a_manifest_that_cannot_be_read_needs_the_full_schema(tmp_path: Path, text: str) -> None:
    manifest(module(tmp_path, main_tf=""))
    (tmp_path / ".terraform" / "modules" / "modules.json").write_text(text)

    assert type_names_in_use(tmp_path, (), ()) is None


def test_types_in_a_state(tmp_path: Path) -> None:
    path = state(tmp_path / "terraform.tfstate", "aws_vpc", "aws_subnet")

    found = type_names_in_use(module(tmp_path / "root", main_tf=""), (path, tmp_path / "absent"), ())

    assert found == frozenset(("aws_vpc", "aws_subnet"))


def test_types_in_a_saved_plan(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "saved", "w") as archive:
        archive.write(state(tmp_path / "a", "aws_now"), "tfstate")
        archive.write(state(tmp_path / "b", "aws_before"), "tfstate-prev")
        archive.writestr("tfconfig/m-/main.tf", 'resource "aws_new" "x" {}')
        archive.writestr("tfplan", b"aws_elsewhere")

    found = type_names_in_use(module(tmp_path / "root", main_tf=""), (), (tmp_path / "saved",))

    assert found is not None
    assert {"aws_now", "aws_before", "aws_new"} <= found


def test_a_plan_that_cannot_be_read_needs_the_full_schema(tmp_path: Path) -> None:
    (tmp_path / "saved").write_text("no zip")

    assert type_names_in_use(module(tmp_path / "root", main_tf=""), (), (tmp_path / "saved",)) is None


def test_a_state_that_cannot_be_read_needs_the_full_schema(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()

    assert type_names_in_use(module(tmp_path / "root", main_tf=""), (tmp_path / "state",), ()) is None
