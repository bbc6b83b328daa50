"""Modules whose sources are made of variables and locals."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.model.value import Json
from cellwright.stacks.reading.module_syntax import read_module
from cellwright.stacks.source.gathering import GatheredTree, gather_tree

LEAF = 'output "x" { value = 1 }\n'
FOLDERS = {"mods/one/main.tf": LEAF, "mods/two/main.tf": LEAF}


def gather(root: Path, files: Mapping[str, str], values: Mapping[str, Json] | None = None) -> GatheredTree:
    for name, text in {**FOLDERS, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return gather_tree(root / "stack", read_module, "stack", values=values)


def modules(tree: GatheredTree) -> set[str]:
    return {item.path.rpartition("/")[0] for item in tree.files} - {tree.module, ""}


VARIABLE = 'variable "k" {\n  const = true\n  default = "one"\n}\n'


def calling(source: str, more: str = VARIABLE) -> dict[str, str]:
    return {"stack/main.tf": f'{more}module "m" {{\n  source = {source}\n}}\n'}


@pytest.mark.parametrize(
    ("source", "more"),
    [
        ('"../mods/${var.k}"', VARIABLE),
        ("var.k", 'variable "k" { default = "../mods/one" }\n'),
        (
            "local.where",
            VARIABLE + 'locals {\n  where = "../${local.folder}/${var.k}"\n  folder = "mods"\n}\n',
        ),
        ("local.all.here", VARIABLE + 'locals {\n  all = { here = "../mods/${var.k}" }\n}\n'),
        ('"${path.module}/../mods/${var.k}"', VARIABLE),
        ('"../mods/${var.o.kind}"', 'variable "o" {\n  default = { kind = "one" }\n}\n'),
        ('"../mods/${var.k}"', 'variable "k" {\n  default  = "one"\n  nullable = false\n}\n'),
    ],
)
def test_a_source_by_default(tmp_path: Path, source: str, more: str) -> None:
    tree = gather(tmp_path, calling(source, more))
    assert modules(tree) == {"mods/one"}
    assert not tree.computed_findings


def test_a_source_by_what_is_set(tmp_path: Path) -> None:
    files = calling('"../mods/${var.k}"')
    one = gather(tmp_path, files)
    two = gather(tmp_path, files, {"k": "two"})
    assert modules(two) == {"mods/two"}
    assert two.deciding == {"k"}
    assert two.digest != one.digest == gather(tmp_path, files, {"k": "one"}).digest
    (tmp_path / "mods/two/more.tf").write_text("")
    assert gather(tmp_path, files, {"k": "two"}).digest != two.digest
    assert gather(tmp_path, files).digest == one.digest


def test_other_sources_in_equal_files_are_another_tree(tmp_path: Path) -> None:
    files = calling('"./${var.k}"') | {"stack/one/main.tf": LEAF, "stack/two/main.tf": LEAF}
    one, two = (gather(tmp_path, files, {"k": name}) for name in ("one", "two"))
    assert [item.path for item in one.files] == [item.path for item in two.files]
    assert one.digest != two.digest
    remote = calling('"git::https://x.example/m.git?ref=${var.k}"')
    assert gather(tmp_path, remote, {"k": "v1"}).digest != gather(tmp_path, remote, {"k": "v2"}).digest


@pytest.mark.parametrize("name", ["terraform.tfvars", "x.auto.tfvars.json"])
def test_a_stack_s_own_values_may_be_others_than_the_defaults(tmp_path: Path, name: str) -> None:
    files = calling('"../mods/${var.k}"') | {f"stack/{name}": ""}
    (finding,) = gather(tmp_path, files).computed_findings
    assert "can't be told" in finding.summary
    assert modules(gather(tmp_path, files, {"k": "two"})) == {"mods/two"}


def test_null_is_the_default_where_a_variable_takes_none(tmp_path: Path) -> None:
    files = calling('"../mods/${var.k}"', VARIABLE.replace("const", "nullable = false\n  const"))
    assert modules(gather(tmp_path, files, {"k": None})) == {"mods/one"}


def test_values_are_passed_on(tmp_path: Path) -> None:
    files = {
        "stack/main.tf": 'variable "a" {}\nmodule "m" {\n  source = "../mid"\n  k = "t${var.a}"\n}\n',
        "mid/main.tf": 'variable "k" { default = "one" }\nmodule "n" {\n  source = "../mods/${var.k}"\n}\n',
    }
    tree = gather(tmp_path, files, {"a": "wo"})
    assert modules(tree) == {"mid", "mods/two"}
    assert tree.deciding == {"a"}
    (finding,) = gather(tmp_path, files).computed_findings
    assert str(finding).startswith(
        f"{tmp_path}/mid/main.tf:2:1: warning: the source of module 'n' can't be told"
    )


def test_a_root_variable_s_default_is_passed_on(tmp_path: Path) -> None:
    files = {
        "stack/main.tf": 'variable "a" { default = "two" }\nmodule "m" {\n source = "../mid"\n k=var.a\n}\n',
        "mid/main.tf": 'variable "k" {}\nmodule "n" {\n  source = "../mods/${var.k}"\n}\n',
    }
    assert modules(gather(tmp_path, files)) == {"mid", "mods/two"}


def test_one_module_called_with_two_values(tmp_path: Path) -> None:
    call = 'module "{0}" {{\n  source = "../mid"\n  k = "{0}"\n}}\n'
    files = {
        "stack/main.tf": call.format("one") + call.format("two"),
        "mid/main.tf": 'variable "k" {}\nmodule "n" {\n  source = "../mods/${var.k}"\n}\n',
    }
    assert modules(gather(tmp_path, files)) == {"mid", "mods/one", "mods/two"}


@pytest.mark.parametrize(
    ("source", "more"),
    [
        ('"../mods/${lower(var.k)}"', VARIABLE),
        ('"../mods/${var.k}"', 'variable "k" {}\n'),
        ('"../mods/${var.k}"', 'variable "k" {\n  default = "one"\n  sensitive = true\n}\n'),
        ('"../mods/${var.k}"', 'variable "k" {\n  default = "one"\n  ephemeral = true\n}\n'),
        ('"../mods/${var.l[0]}"', 'variable "l" {\n  default = ["one"]\n}\n'),
        ('"../mods/${local.a}"', "locals {\n  a = local.b\n  b = local.a\n}\n"),
        ('"../mods/${var.missing}"', ""),
    ],
)
def test_a_source_that_can_t_be_told(tmp_path: Path, source: str, more: str) -> None:
    tree = gather(tmp_path, calling(source, more))
    assert not modules(tree)
    (finding,) = tree.computed_findings
    assert "the source of module 'm' can't be told before Terraform runs" in finding.summary
    assert finding.position is not None
    assert finding.position.file.endswith("stack/main.tf")


def test_a_value_without_module_does_not_hide_the_rest(tmp_path: Path) -> None:
    tree = gather(tmp_path, calling('"../mods/${var.k}"'), {"k": "three"})
    (finding,) = tree.computed_findings
    assert "the folder '../mods/three' of module 'm' has no Terraform files" in finding.summary


def test_a_remote_source_is_fetched_by_terraform(tmp_path: Path) -> None:
    tree = gather(tmp_path, calling('"git::https://x.example/m.git?ref=${var.k}"'))
    assert not modules(tree)
    assert not tree.computed_findings
    assert tree.deciding == {"k"}


def test_a_module_that_calls_itself_comes_to_an_end(tmp_path: Path) -> None:
    call = 'module "{}" {{\n  source = "${{var.k}}"\n  k = var.k\n}}\n'
    files = {"stack/main.tf": 'variable "k" { default = "./" }\n' + call.format("a") + call.format("b")}
    assert gather(tmp_path, files).module == "."
