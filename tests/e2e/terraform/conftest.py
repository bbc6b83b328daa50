"""Units of the real Terraform that can be held in the middle of an apply."""

import os
import shutil
from pathlib import Path

import pytest

from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.install.binary import find_binary
from missing import skip_without
from unit.terraform.kit import Bench, write_tree

STACK = """
variable "held" {
  type    = bool
  default = true
}

resource "terraform_data" "held" {
  provisioner "local-exec" {
    command = <<-EOT
      echo applied >>$BASE/counter
      touch $BASE/up
      while $HELD && ! [ -e $BASE/go ]; do sleep 0.05; done
    EOT
    environment = { BASE = "%s", HELD = var.held }
  }
}

output "id" {
  value = terraform_data.held.id
}
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    if shutil.which("terraform") is None:
        skip_without("terraform")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    (tmp_path / "fleet").mkdir()
    return Bench(tmp_path / "fleet", find_binary("terraform", None, environment), environment)


@pytest.fixture
def stack(tmp_path: Path) -> StackTree:
    return write_tree(tmp_path / "stack", {"main.tf": STACK % tmp_path})
