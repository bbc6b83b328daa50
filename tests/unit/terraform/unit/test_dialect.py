from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.model.binary import Product
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.unit.dialect import (
    computes_sources,
    forgetting_is_no_error,
    knows_exclude,
    may_encrypt,
    told,
)
from cellwright.terraform.workspace.variables import InputChannels
from unit.terraform.kit import write_tree

OLD = Binary(Path("/terraform"), "terraform", Version("1.11.4"))
NEW = Binary(Path("/terraform"), "terraform", Version("1.15.0"))
TOFU = Binary(Path("/tofu"), "tofu", Version("1.9.4"))
ALL = InputChannels({}, {"TF_VAR_a": "x", "TF_VAR_token": "y"}, {"b": 1})
TOKEN = InputChannels({}, {"TF_VAR_token": "y"}, {})
NOTHING = InputChannels({}, {}, {})


@pytest.mark.parametrize(
    ("binary", "command", "secrets"),
    [
        (OLD, "init", NOTHING),
        (OLD, "plan", ALL),
        (OLD, "show", NOTHING),
        (OLD, "apply", TOKEN),
        (OLD, "state", NOTHING),
        (NEW, "init", ALL),
        (NEW, "apply", TOKEN),
        *((TOFU, command, ALL) for command in ("init", "plan", "show", "apply", "state", "force-unlock")),
    ],
)
def test_a_command_is_told_no_more_than_it_needs(
    binary: Binary, command: str, secrets: InputChannels
) -> None:
    assert told(command, binary, ALL, frozenset({"token"})) == secrets


@pytest.mark.parametrize(
    ("files", "environment", "may"),
    [
        ({"a.tf": 'resource "x" "y" {}'}, {}, False),
        ({"a.tf": "terraform {\n  encryption {\n  }\n}"}, {}, True),
        ({"a.tofu.json": '{"terraform": {"encryption": {}}}'}, {}, True),
        ({"README.md": "encryption", "modules/m/m.tf": "encryption"}, {}, False),
        ({"a.tf": ""}, {"TF_ENCRYPTION": "state {}"}, True),
    ],
)
def test_what_may_encrypt_a_state(
    tmp_path: Path, files: dict[str, str], environment: dict[str, str], *, may: bool
) -> None:
    tree = write_tree(tmp_path, files)
    assert may_encrypt(TOFU, tree, environment) is may
    assert not may_encrypt(NEW, tree, environment)


def test_forgetting_is_an_error_only_where_there_is_an_option_against_it() -> None:
    newest = Binary(Path("/tofu"), "tofu", Version("1.12.6"))

    assert forgetting_is_no_error(newest) == ("-suppress-forget-errors",)
    assert forgetting_is_no_error(TOFU) == forgetting_is_no_error(NEW) == ()


@pytest.mark.parametrize(
    ("name", "content", "computed"),
    [
        ("main.tf", 'module "m" {\n  source = "./m"\n}\n', False),
        ("main.tf", 'module "m" {\n  source = "./${var.m}"\n}\n', True),
        ("main.tf", 'module "m" {\n  source = var.m\n}\n', True),
        ("main.tf", 'module "m" {', True),
        ("main.tf.json", '{"module": {"m": {"source": "./m"}}}', False),
        ("main.tofu.json", '{"module": {"m": {"source": "${var.m}"}}}', True),
        ("readme.md", 'module "m" {\n  source = var.m\n}\n', False),
        ("main.tf", 'resource "x" "module" {\n  source = var.m\n}\n', False),
    ],
)
def test_sources_of_modules_made_of_variables(
    tmp_path: Path, name: str, content: str, *, computed: bool
) -> None:
    assert computes_sources(write_tree(tmp_path, {name: content})) is computed


@pytest.mark.parametrize(
    ("product", "version", "knows"),
    [
        ("tofu", "1.8.9", False),
        ("tofu", "1.9.0-alpha1", True),
        ("tofu", "1.12.6", True),
        ("terraform", "1.9.8", False),
        ("terraform", "1.15.9", False),
    ],
)
def test_opentofu_leaves_out_what_it_is_told_to(product: Product, version: str, *, knows: bool) -> None:
    assert knows_exclude(Binary(Path("/program"), product, Version(version))) is knows
