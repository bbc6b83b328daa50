"""Which program runs a cell's units: fleet, level, layers, placement, the cell's own file."""

from pathlib import Path

import pytest

from cellwright.model.address import CellAddress
from cellwright.model.binary import BinarySettings
from unit.fleet.workbench import ONE_LEVEL, THREE_LEVELS, load, told, unit

LAYERS = """
fleet: t
terraform: {binary: terraform, version: ">= 1.9"}
levels:
  - name: base
    cells: accounts
    terraform: {version: "~> 1.11.0"}
    layers: [defaults.yaml, "rings/${cell.ring}.yaml"]
    stacks: {one: {source: any}}
"""


def binary(root: Path, own: str, ring: str = "{}", defaults: str = "{}") -> BinarySettings:
    files = {"fleet.yaml": LAYERS, "defaults.yaml": defaults, "rings/a.yaml": ring}
    fleet = load(root, {**files, "accounts/x.yaml": f"ring: a\n{own}\n"})
    assert told(fleet) == []
    found = fleet.cells[CellAddress("base", "x")].binary
    assert unit(fleet, "base/x/one").stack.binary == found
    return found


@pytest.mark.parametrize(
    ("own", "ring", "defaults", "found"),
    [
        ("", "{}", "{}", ("terraform", None, "~> 1.11.0")),
        ("", "{}", "terraform: {product: tofu}", (None, "tofu", "~> 1.11.0")),
        ("", "terraform: {binary: tofu, version: '>= 1.12'}", "{}", ("tofu", None, ">= 1.12")),
        (
            "terraform: {binary: ./own}",
            "terraform: {version: '1.12.6'}",
            "terraform: {product: tofu}",
            ("./own", None, "1.12.6"),
        ),
        (
            "terraform: {version: !unset }",
            "terraform: {product: tofu, version: '1.12.6'}",
            "{}",
            (None, "tofu", "~> 1.11.0"),
        ),
        (
            "terraform: {product: !unset }",
            "terraform: {product: tofu}",
            "{}",
            ("terraform", None, "~> 1.11.0"),
        ),
        ("terraform: !unset", "terraform: {product: tofu}", "{}", ("terraform", None, "~> 1.11.0")),
        (
            "terraform: !replace {version: '1.10.0'}",
            "terraform: {product: tofu}",
            "{}",
            ("terraform", None, "1.10.0"),
        ),
        ("terraform: {binary: 'tofu-${cell.ring}'}", "{}", "{}", ("tofu-a", None, "~> 1.11.0")),
    ],
)
def test_the_nearest_line_decides_key_by_key(
    tmp_path: Path, own: str, ring: str, defaults: str, found: tuple[str | None, ...]
) -> None:
    assert tuple(binary(tmp_path, own, ring, defaults)) == found


def test_a_cell_does_not_inherit_from_its_placement_but_what_that_says_for_its_level(tmp_path: Path) -> None:
    files = {"fleet.yaml": THREE_LEVELS, "defaults/client.yaml": "{}", "tiers/gold.yaml": "{}"}
    account = "terraform: {product: terraform}\nlevels: {client: {terraform: {product: tofu}}}\n"
    files |= {"accounts/prod.yaml": account, "clients/acme.yaml": "account: prod\ntier: gold\n"}
    fleet = load(tmp_path, files)
    assert told(fleet) == []
    assert fleet.cells[CellAddress("base", "prod")].binary.product == "terraform"
    assert fleet.cells[CellAddress("client", "acme")].binary.product == "tofu"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("terraform: tofu", "x.yaml:1:12: error: 'terraform' must be a mapping, not a string"),
        (
            "terraform: {binari: tofu}",
            "x.yaml:1:13: error: 'binari' can't be set for a cell; did you mean 'binary'?",
        ),
        ("terraform: {relay: false}", "x.yaml:1:13: error: 'relay' can't be set for a cell"),
        (
            "terraform: {version: 1.12}",
            "x.yaml:1:22: error: 'terraform.version' must be a string, not a number",
        ),
        ("terraform: {binary: ''}", "x.yaml:1:21: error: 'terraform.binary' must be a string"),
        ("terraform: {product: opentofu}", "x.yaml:1:22: error: 'terraform.product' can't be 'opentofu'"),
        ("p: opentofu\nterraform: {product: '${cell.p}'}", "x.yaml:2:22: error: terraform.product must be"),
        (
            "p: [1]\nterraform: {version: '${cell.p}'}",
            "x.yaml:2:22: error: terraform.version must be a string",
        ),
        ("terraform: {version: '${cell.none}'}", "x.yaml:1:22: error: the cell has no key 'none'"),
        ("terraform: {version: '${output.one.id}'}", "x.yaml:1:22: error: "),
        ("teraform: {binary: tofu}", "x.yaml:1:1: error: unknown key 'teraform'; did you mean 'terraform'?"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, text: str, said: str) -> None:
    files = {"fleet.yaml": ONE_LEVEL, "accounts/x.yaml": text}
    (found,) = told(load(tmp_path, files))
    assert found.startswith(f"accounts/{said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{product: opentofu}", "'product' can't be 'opentofu'"),
        ("{version: 1}", "'version' must be a string"),
        ("{mirror: x}", "unknown key 'mirror'; known: binary, product, version"),
    ],
)
def test_a_level_says_only_what_may_differ_within_a_fleet(tmp_path: Path, text: str, said: str) -> None:
    level = f"levels: [{{name: base, cells: accounts, terraform: {text}, stacks: {{one: {{source: any}}}}}}]"
    (found,) = told(load(tmp_path, {"fleet.yaml": f"fleet: t\n{level}\n", "accounts/x.yaml": "{}"}))
    assert said in found
