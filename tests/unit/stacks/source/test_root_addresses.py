import json
from pathlib import Path

from cellwright.stacks.source.root_addresses import root_addresses, root_parts
from cellwright.stacks.source.tree import StackTree
from unit.terraform.kit import write_tree

NATIVE = """
resource "aws_vpc" "this" {}
data "aws_ami" "this" {}
ephemeral "aws_kms_secrets" "this" {}
module "network" { source = "./network" }
"""
JSON: dict[str, object] = {"resource": {"aws_subnet": {"this": {}}}, "data": {"aws_region": {"this": {}}}}


PARTS = frozenset({"aws_vpc.this", "aws_subnet.this", "module.network"})


def test_what_a_stack_declares_in_both_forms(tmp_path: Path) -> None:
    tree = write_tree(tmp_path, {"main.tf": NATIVE, "more.tf.json": json.dumps(JSON)})

    assert root_addresses(tree) == PARTS
    others = {"data.aws_ami.this", "ephemeral.aws_kms_secrets.this", "data.aws_region.this"}
    assert root_parts(tree) == frozenset({*PARTS, *others})


def test_what_a_damaged_file_declares_can_not_be_told(tmp_path: Path) -> None:
    tree: StackTree = write_tree(tmp_path, {"main.tf": NATIVE, "more.tf.json": "{"})

    assert root_addresses(tree) is root_parts(tree) is None
