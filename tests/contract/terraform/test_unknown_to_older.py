"""What a program is too old for, or the other product alone has, is an error at its place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.terraform.install.binary import Binary
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.workspace.backend import BackendSettings
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

PROVIDER = 'provider "terraform" {\n  alias    = "by_key"\n  for_each = toset(["a"])\n}\n'


@dataclass(frozen=True)
class Feature:
    """A stack that only some programs take."""

    text: str
    line: int
    """Where a program that does not know it must point to."""
    since: Mapping[str, str]
    """The first version of each product that knows it; a product that is not named never does."""

    def is_known_to(self, binary: Binary) -> bool:
        first = self.since.get(binary.product)
        return first is not None and binary.version.release >= Version(first).release


FEATURES = {
    "ephemeral variables": Feature(
        'variable "x" {\n  default   = "x"\n  ephemeral = true\n}\n', 3, {"terraform": "1.10", "tofu": "1.11"}
    ),
    "ephemeral resources": Feature('ephemeral "x_y" "z" {}\n', 1, {"terraform": "1.10", "tofu": "1.11"}),
    "import by identity": Feature(
        'resource "terraform_data" "x" {}\nimport {\n  to = terraform_data.x\n  identity = { id = "x" }\n}\n',
        4,
        {"terraform": "1.12", "tofu": "1.12"},
    ),
    "deprecated variables": Feature(
        'variable "x" {\n  default    = "x"\n  deprecated = "Use y."\n}\n',
        3,
        {"terraform": "1.15", "tofu": "1.10"},
    ),
    "const variables": Feature(
        'variable "x" {\n  default = "x"\n  const   = true\n}\n', 3, {"terraform": "1.15", "tofu": "1.12"}
    ),
    "actions": Feature('action "x_y" "z" {}\n', 1, {"terraform": "1.14"}),
    "for_each on providers": Feature(PROVIDER, 3, {"tofu": "1.9"}),
    "enabled": Feature(
        'resource "terraform_data" "x" {\n  lifecycle {\n    enabled = false\n  }\n}\n', 3, {"tofu": "1.11"}
    ),
    "destroy = false": Feature(
        'resource "terraform_data" "x" {\n  lifecycle {\n    destroy = false\n  }\n}\n', 3, {"tofu": "1.12"}
    ),
    "encryption": Feature(
        'terraform {\n  encryption {\n    method "unencrypted" "x" {}\n  }\n}\n', 2, {"tofu": "1.7"}
    ),
    "a language block": Feature(
        'language {\n  compatible_with {\n    opentofu = ">= 1.12"\n  }\n}\n', 1, {"tofu": "1.12"}
    ),
}
UNEXPECTED = re.compile(r"is not expected here|are not expected here")
UNEXPLAINED = {"import by identity", "enabled", "destroy = false"}
"""Arguments of these names are in many providers too."""


def ignores_actions(binary: Binary) -> bool:
    return (binary.product, binary.version.release[:2]) == ("terraform", (1, 13))


def test_each_is_refused_at_its_place(bench: Bench, tmp_path: Path) -> None:
    unknown = {name: feature for name, feature in FEATURES.items() if not feature.is_known_to(bench.binary)}
    if ignores_actions(bench.binary):
        del unknown["actions"]
    assert unknown

    for name, feature in unknown.items():
        unit = bench.open(bench.request(write_tree(tmp_path / name, {"main.tf": feature.text})))
        with unit, pytest.raises(TerraformError) as refused:
            unit.plan()

        unexpected = [item for item in refused.value.diagnostics if UNEXPECTED.search(item.detail)]
        told = [f"{bench.binary} does not know" in item.detail for item in unexpected]
        assert told == [name not in UNEXPLAINED] * len(unexpected), (name, unexpected)
        places = [item.position for item in refused.value.diagnostics if item.position is not None]
        found = {(Path(place.file).name, place.line) for place in places}
        assert ("main.tf", feature.line) in found, (name, refused.value)
        assert refused.value.kind is FailureKind.ERROR, name
    assert sum(note.startswith("attempt") for _, note in bench.reporter.phases()) == 0


def test_what_is_passed_over_without_a_word_is_warned_of(bench: Bench, tmp_path: Path) -> None:
    if not ignores_actions(bench.binary):
        pytest.skip("Terraform 1.13 alone reads actions and carries out none")
    tree = write_tree(tmp_path / "s", {"main.tf": FEATURES["actions"].text})

    with bench.open(bench.request(tree)) as unit:
        unit.plan()

    (found,) = bench.reporter.diagnostics()
    assert "never carries it out" in found.summary


def test_a_setting_of_the_backend_that_is_unknown_points_to_the_fleet(bench: Bench, tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "s", {"main.tf": ""})
    backend = BackendSettings("http", {"address": "http://127.0.0.1:9", "of_tomorrow": True})

    with bench.open(bench.request(tree, backend=backend)) as unit, pytest.raises(TerraformError) as refused:
        unit.plan()

    (found,) = refused.value.diagnostics
    assert found.summary.startswith(
        f"{bench.binary} refuses the settings of the backend: Unsupported argument"
    )
    assert "of_tomorrow" in found.summary
    assert "`state` in fleet.yaml" in found.detail
    assert found.position is None
