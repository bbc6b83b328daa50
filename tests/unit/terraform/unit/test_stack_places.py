from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.model.binary import Product
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.unit.dialect import passes_over_actions
from cellwright.terraform.unit.stack_places import ignored_actions, provider_place
from unit.terraform.kit import write_tree

HOST = "registry.terraform.io"
ROOT = 'terraform {\n  required_providers {\n    a = { source = "acme/a" }\n  }\n}\n'
FILES = {
    "main.tf": "broken {\n",
    "versions.tf": ROOT,
    ".hidden.tf": ROOT.replace("acme/a", "acme/hidden"),
    "modules/m/m.tf": ROOT.replace("acme/a", "example.com/acme/b").replace("terraform {", "\nterraform {"),
    "modules/n/n.tf.json": '{"terraform": {"required_providers": {"random": "~> 3.0", "c": 5}}}',
}


def place(tmp_path: Path, address: str) -> tuple[str, int, int] | None:
    tree = write_tree(tmp_path / "stacks/s", FILES)
    found = provider_place(tree, tmp_path, HOST, address)
    return None if found is None else (found.file, found.line, found.column)


def test_a_provider_is_asked_for_where_required_providers_names_it(tmp_path: Path) -> None:
    assert place(tmp_path, f"{HOST}/acme/a") == ("stacks/s/versions.tf", 3, 5)


def test_a_local_module_may_ask_for_it_by_its_whole_address(tmp_path: Path) -> None:
    assert place(tmp_path, "example.com/acme/b") == ("stacks/s/modules/m/m.tf", 4, 5)


def test_a_short_entry_in_json(tmp_path: Path) -> None:
    found = place(tmp_path, f"{HOST}/hashicorp/random")

    assert found is not None
    assert found[:2] == ("stacks/s/modules/n/n.tf.json", 1)


def test_what_no_file_asks_for_has_no_place(tmp_path: Path) -> None:
    assert place(tmp_path, f"{HOST}/acme/hidden") is None
    assert place(tmp_path, f"{HOST}/acme/b") is None


@pytest.mark.parametrize(
    ("product", "version", "ignored"),
    [
        ("terraform", "1.12.2", False),
        ("terraform", "1.13.5", True),
        ("terraform", "1.14.0", False),
        ("tofu", "1.13.0", False),
    ],
)
def test_an_action_is_warned_of_where_it_is_passed_over(
    tmp_path: Path, product: Product, version: str, *, ignored: bool
) -> None:
    tree = write_tree(tmp_path / "stacks/s", {"main.tf": 'locals {}\naction "x_y" "z" {}\n'})

    binary = Binary(Path("/bin/x"), product, Version(version))
    (found,) = ignored_actions(tree, tmp_path, binary)

    assert passes_over_actions(binary) is ignored
    assert str(found.position) == "stacks/s/main.tf:2:1"
    assert f"{binary} reads this action and never carries it out" in found.summary
