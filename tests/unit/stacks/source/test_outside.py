import os
from pathlib import Path

import pytest

from cellwright.stacks.source.gathering import GatheredTree
from unit.stacks.source.test_gathering import gather, write

REPOSITORY = {
    ".git/HEAD": "",
    "stacks/app/main.tf": "",
    "stacks/other/main.tf": "",
    "stacks/other/a.json": "",
    "stacks/one.json": "",
    "stacks/one.tfstate": "",
    "shared/policy.json": "",
    "shared/deep/t.tpl": "",
    "modules/m/main.tf": 'output "a" {\n  value = ["${path.module}/../common.txt", "../of_root.txt"]\n}\n',
    "modules/common.txt": "",
    "modules/of_root.txt": "",
    "stacks/of_root.txt": "",
}


def of(folder: Path, text: str, more: dict[str, str] | None = None) -> GatheredTree:
    write(
        folder / "r",
        {**REPOSITORY, "stacks/app/main.tf": f'output "a" {{\n  value = {text}\n}}\n', **(more or {})},
    )
    return gather(folder / "r" / "stacks" / "app")


def came_along(tree: GatheredTree) -> list[str]:
    return [
        file.path for file in tree.files if not file.path.endswith("app/main.tf") and file.path != "main.tf"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('file("../../shared/policy.json")', ["shared/policy.json"]),
        ('"${path.module}/../../shared"', ["shared/deep/t.tpl", "shared/policy.json"]),
        ('"../../shared/${var.x}/t.tpl"', ["shared/deep/t.tpl", "shared/policy.json"]),
        ('fileset("${path.module}/..", "*.json")', ["one.json"]),
        ('"../*/a.json"', ["other/a.json"]),
        ('"../one.tfstate"', []),
        ('"../../.git"', []),
        ('"../.."', []),
        ('"../../nothing"', []),
        ('"../app/main.tf"', []),
    ],
)
def test_what_the_code_names_comes_along(tmp_path: Path, text: str, expected: list[str]) -> None:
    tree = of(tmp_path, text)
    assert came_along(tree) == expected
    assert tree.outside_findings == ()


def test_a_module_names_files_beside_itself_and_beside_the_root_module(tmp_path: Path) -> None:
    tree = of(tmp_path, '""', {"stacks/app/m.tf": 'module "m" {\n  source = "../../modules/m"\n}\n'})
    assert came_along(tree)[:2] == ["modules/common.txt", "modules/m/main.tf"]
    assert "stacks/of_root.txt" in came_along(tree)
    assert "modules/of_root.txt" not in came_along(tree)


def test_a_file_that_came_along_counts_in_the_digest(tmp_path: Path) -> None:
    before = of(tmp_path, '"../one.json"').digest
    after = of(tmp_path, '"../one.json"', {"stacks/one.json": "changed"}).digest
    assert before != after
    assert (
        of(tmp_path, '"../one.json"', {"stacks/one.json": "", "stacks/other/a.json": "changed"}).digest
        == before
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('"../${var.x}"', "which files of a folder above"),
        ('"../**/a.json"', "which files of a folder above"),
        ('"../../../beside"', "it lies outside of the stack's repository"),
        ('"../broken"', "it can't be brought along: "),
    ],
)
def test_what_does_not_come_along_is_warned_of(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "beside").write_text("")
    (tmp_path / "r/stacks/broken").mkdir(parents=True)
    os.mkfifo(tmp_path / "r/stacks/broken/pipe")
    tree = of(tmp_path, text)
    [found] = tree.outside_findings
    assert why in found.summary
    assert found.position is not None
    assert found.position.line == 2
    assert came_along(tree) == []
