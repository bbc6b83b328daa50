"""What the tests of working folders share."""

from pathlib import Path

from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.workspace.backend import (
    BackendSettings,
)
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.workspace import (
    Workspace,
    prepare_workspace,
)
from unit.terraform.kit import UNIT, write_tree

STACK = {
    "stack/main.tf": "# one",
    "stack/run.sh": "#!/bin/sh",
    "stack/.terraform.lock.hcl": "# shipped",
    "shared/vpc/main.tf": "# module",
}


def tree(tmp_path: Path, changes: dict[str, str | None] | None = None) -> StackTree:
    files = {name: text for name, text in {**STACK, **(changes or {})}.items() if text is not None}
    return write_tree(tmp_path / "src", files, module="stack")


def prepare(folder: UnitFolder, stack: StackTree, tmp_path: Path) -> Workspace:
    settings = BackendSettings("local", {"path": str(tmp_path / "states" / "x.tfstate")})
    return prepare_workspace(UNIT, folder, stack, settings, {"replicas": 4, "name": "ä ${x}"})
