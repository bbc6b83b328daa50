from pathlib import Path

import pytest

from cellwright.engine.adapter.kept_copy import kept_copy
from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.reading.module_syntax import read_module
from cellwright.stacks.source.gathering import gather_tree
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.workspace.source_copy import copy_source
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder


@pytest.fixture
def folder(tmp_path: Path) -> UnitFolder:
    return UnitFolder(tmp_path / "work")


def source(folder: Path) -> StackTree:
    files = {"app/main.tf": 'module "m" {\n  source = "../m"\n}\n', "app/x.sh": "x", f"app/{LOCK_FILE}": ""}
    for name, text in (files | {"m/main.tf": ""}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "app/x.sh").chmod(0o755)
    found = gather_tree(folder / "app", read_module, "app")
    return StackTree(
        files=found.files,
        module=found.module,
        digest=found.digest,
        label="app",
        commit=None,
        folder=found.folder,
    )


def test_a_copy_is_the_source_that_it_was_made_of(folder: UnitFolder, tmp_path: Path) -> None:
    tree = source(tmp_path / "source")
    module = copy_source(tree, folder)
    (module / LOCK_FILE).write_text("completed by init")
    (module / "~cellwright.auto.tfvars.json").write_text("{}")

    kept = kept_copy(folder, tree.digest)

    assert kept is not None
    assert (kept.module, [file.path for file in kept.files]) == (
        tree.module,
        [file.path for file in tree.files],
    )
    assert copy_source(kept, folder) == module
    (module / "main.tf").unlink()
    with pytest.raises(DiagnosticError, match="is gone"):
        copy_source(kept, folder)


def test_the_copy_of_another_source_or_none_is_not_taken(folder: UnitFolder, tmp_path: Path) -> None:
    assert kept_copy(folder, "digest") is None
    tree = source(tmp_path / "source")
    module = copy_source(tree, folder)
    assert kept_copy(folder, "digest") is None
    assert kept_copy(folder, "") is None
    (module / "x.sh").chmod(0o644)
    assert kept_copy(folder, tree.digest) is None
