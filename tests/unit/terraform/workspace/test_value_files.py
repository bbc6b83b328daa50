"""Files of values in a working folder: whose they are, how long they live, and which win."""

from pathlib import Path

import pytest

from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.value_files import own_files
from unit.terraform.kit import write_tree
from unit.terraform.workspace.kit import prepare, tree


def test_the_private_file_lives_as_long_as_the_block(folder: UnitFolder, tmp_path: Path) -> None:
    workspace = prepare(folder, tree(tmp_path), tmp_path)

    path = workspace.values.secrets

    def use() -> None:
        assert path.read_text() == 'password = "s3cr3t"\n'
        assert path.stat().st_mode & 0o777 == 0o600
        raise KeyError

    with pytest.raises(KeyError), workspace.private_file({"password": "s3cr3t"}):
        use()
    assert not path.exists()
    with workspace.private_file({}):
        assert not path.exists()


def test_a_private_file_that_a_crash_left_is_removed(folder: UnitFolder, tmp_path: Path) -> None:
    left = prepare(folder, tree(tmp_path), tmp_path).values.secrets
    left.write_text("{}")

    prepare(folder, tree(tmp_path), tmp_path)

    assert not left.exists()


def test_a_private_file_of_another_source_is_removed(folder: UnitFolder, tmp_path: Path) -> None:
    left = prepare(folder, tree(tmp_path), tmp_path).values.secrets
    left.write_text("{}")

    prepare(folder, write_tree(tmp_path / "other", {"elsewhere/main.tf": ""}, module="elsewhere"), tmp_path)

    assert not left.exists()


@pytest.mark.parametrize("own", ["zz.auto.tfvars", "~.auto.tfvars.json", "~~.auto.tfvars", "é.auto.tfvars"])
def test_our_files_of_values_sort_after_the_stacks(folder: UnitFolder, tmp_path: Path, own: str) -> None:
    before = prepare(folder, tree(tmp_path), tmp_path)

    workspace = prepare(folder, tree(tmp_path, {f"stack/{own}": ""}), tmp_path)

    names = [workspace.values.secrets.name, workspace.values.inputs.name, own]
    assert sorted(names, key=str.encode, reverse=True) == names
    assert workspace.values == before.values or not before.values.inputs.exists()


@pytest.mark.parametrize(
    ("name", "winner"),
    [
        ("stack/terraform.tfvars", "file"),
        ("stack/terraform.tfvars.json", "file"),
        ("stack/prod.auto.tfvars", "file"),
        ("stack/prod.auto.tfvars.json", "file"),
        ("stack/prod.tfvars", "environment"),
        ("shared/vpc/terraform.tfvars", "environment"),
    ],
)
def test_which_files_of_a_stack_win_over_the_environment(tmp_path: Path, name: str, winner: str) -> None:
    assert any(own_files(tree(tmp_path, {name: ""}))) is (winner == "file")
