import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.process.unit_lock import UnitLock, UnitLockedError
from cellwright.terraform.workspace import backend
from cellwright.terraform.workspace.backend import (
    BackendSettings,
)
from cellwright.terraform.workspace.source_copy import SourceMap
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.workspace import (
    prepare_workspace,
    remove_workspace,
)
from unit.terraform.kit import UNIT
from unit.terraform.workspace.kit import STACK, prepare, tree


def test_the_tree_is_copied_with_what_terraform_needs(folder: UnitFolder, tmp_path: Path) -> None:
    workspace = prepare(folder, tree(tmp_path), tmp_path)

    assert workspace.module == folder.source / "stack"
    for name, text in STACK.items():
        assert (folder.source / name).read_text() == text
    assert workspace.values.inputs.read_text() == 'name = "ä $${x}"\nreplicas = 4\n'
    override = (workspace.module / "zz_cellwright_override.tf").read_text()
    assert override == f'terraform {{\n  backend "local" {{\n    path = "{workspace.state}"\n  }}\n}}\n'
    assert not list(workspace.module.glob("*.json"))
    assert (tmp_path / "states").is_dir()


def test_the_unit_folder_is_closed_and_holds_copies_with_the_modes_of_a_clone(
    folder: UnitFolder, tmp_path: Path
) -> None:
    (tmp_path / "src" / "stack").mkdir(parents=True)
    workspace = prepare(folder, tree(tmp_path), tmp_path)

    ours = {workspace.values.inputs, workspace.module / backend.FILE}
    for path in folder.source.rglob("*"):
        executable = path.is_dir() or path.suffix == ".sh"
        expected = 0o600 if path in ours else 0o755 if executable else 0o644
        assert path.stat().st_mode & 0o777 == expected, path
        assert not path.is_symlink()
        assert path.is_dir() or path.stat().st_nlink == 1
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert folder.copy_record.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "states").stat().st_mode & 0o777 == 0o700


def test_the_same_tree_is_not_copied_again(folder: UnitFolder, tmp_path: Path) -> None:
    prepare(folder, tree(tmp_path), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in folder.path.rglob("*") if path.is_file()}

    prepare(folder, tree(tmp_path), tmp_path)

    assert {path: path.stat().st_mtime_ns for path in folder.path.rglob("*") if path.is_file()} == before


def _unlink(path: Path) -> None:
    path.unlink()


def _truncate(path: Path) -> None:
    path.write_text("")


def _replace_with_equal_times(path: Path) -> None:
    status = path.stat()
    path.unlink()
    path.write_text("#" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _link(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [_unlink, _truncate, _replace_with_equal_times, _link, _folder])
@pytest.mark.parametrize("name", ["stack/main.tf", "shared/vpc/main.tf", "stack/run.sh"])
def test_a_file_that_the_copy_lost_is_copied_again(
    folder: UnitFolder, tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    workspace = prepare(folder, tree(tmp_path), tmp_path)
    (workspace.module / ".terraform").mkdir()
    workspace.mark_initialised("key")
    harm(folder.source / name)

    again = prepare(folder, tree(tmp_path), tmp_path)

    assert (folder.source / name).read_text() == STACK[name]
    assert not (folder.source / name).is_symlink()
    assert again.is_initialised("key")


def test_a_lock_file_that_init_completed_stays_and_one_that_is_gone_comes_back(
    folder: UnitFolder, tmp_path: Path
) -> None:
    lock = prepare(folder, tree(tmp_path), tmp_path).lock_file
    lock.write_text("# completed")
    prepare(folder, tree(tmp_path), tmp_path)
    assert lock.read_text() == "# completed"

    lock.unlink()
    prepare(folder, tree(tmp_path), tmp_path)
    assert lock.read_text() == "# shipped"


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.write_text("# OTHER"), "has changed"),
        (lambda path: path.chmod(0o755), "has changed"),
        (lambda path: path.unlink(), "is gone"),
        (lambda path: (path.unlink(), path.mkdir()), "is gone"),
    ],
)
def test_a_source_that_changed_since_it_was_digested_is_not_copied(
    folder: UnitFolder, tmp_path: Path, change: Callable[[Path], object], words: str, *, again: bool
) -> None:
    if again:
        prepare(folder, tree(tmp_path), tmp_path)
    digested = tree(tmp_path, {"stack/main.tf": "# two"})
    source = tmp_path / "src" / "stack" / "main.tf"
    change(source)

    for _ in range(2):
        with pytest.raises(DiagnosticError, match=f"stack/main.tf of the source .* {words}"):
            prepare(folder, digested, tmp_path)
    assert not again or (folder.source / "stack/main.tf").read_text() == "# one"

    if source.is_dir():
        source.rmdir()
    workspace = prepare(folder, tree(tmp_path), tmp_path)
    assert (workspace.module / "main.tf").read_text() == "# one"


def test_a_path_that_becomes_a_folder_and_a_file_again(folder: UnitFolder, tmp_path: Path) -> None:
    prepare(folder, tree(tmp_path, {"stack/x": "file"}), tmp_path)
    (tmp_path / "src" / "stack" / "x").unlink()
    workspace = prepare(folder, tree(tmp_path, {"stack/x/y": "in a folder"}), tmp_path)
    assert (workspace.module / "x" / "y").read_text() == "in a folder"
    (workspace.module / "x" / "made.zip").touch()

    shutil.rmtree(tmp_path / "src" / "stack" / "x")
    workspace = prepare(folder, tree(tmp_path, {"stack/x": "file"}), tmp_path)
    assert (workspace.module / "x").read_text() == "file"


def test_a_folder_whose_last_file_goes_goes_as_well(folder: UnitFolder, tmp_path: Path) -> None:
    prepare(folder, tree(tmp_path, {"stack/a/b/c": ""}), tmp_path)

    workspace = prepare(folder, tree(tmp_path), tmp_path)

    assert not (workspace.module / "a").exists()


@pytest.mark.parametrize("record", ["old", "missing"])
def test_files_of_an_interrupted_copy_do_not_stay(folder: UnitFolder, tmp_path: Path, record: str) -> None:
    prepare(folder, tree(tmp_path, {"stack/more.tf": "# more", "stack/x.auto.tfvars": ""}), tmp_path)
    if record == "missing":
        folder.copy_record.unlink()
    else:
        found = json.loads(folder.copy_record.read_bytes())
        folder.copy_record.write_text(json.dumps({"digest": found["digest"], "files": list(found["files"])}))
    digested = tree(tmp_path, {"stack/new.tf": "# new"})
    (tmp_path / "src" / "stack" / "new.tf").unlink()
    with pytest.raises(DiagnosticError, match="is gone"):
        prepare(folder, digested, tmp_path)

    workspace = prepare(folder, tree(tmp_path), tmp_path)

    assert sorted(path.name for path in workspace.module.glob("*.tf")) == ["main.tf", backend.FILE]
    assert not (workspace.module / "x.auto.tfvars").exists()


def test_a_downloaded_module_that_lost_a_file_is_downloaded_again(folder: UnitFolder, tmp_path: Path) -> None:
    workspace = prepare(folder, tree(tmp_path), tmp_path)
    downloaded = workspace.module / ".terraform" / "modules" / "vpc"
    (downloaded / ".git").mkdir(parents=True)
    for name in ("main.tf", "more.tf", ".git/HEAD"):
        (downloaded / name).write_text("#")
    workspace.mark_initialised("key")
    (downloaded / ".git" / "HEAD").unlink()
    assert prepare(folder, tree(tmp_path), tmp_path).is_initialised("key")

    (downloaded / "more.tf").unlink()

    assert not prepare(folder, tree(tmp_path), tmp_path).is_initialised("key")
    assert not downloaded.exists()


def test_a_record_of_init_without_downloads_counts(folder: UnitFolder, tmp_path: Path) -> None:
    workspace = prepare(folder, tree(tmp_path), tmp_path)
    (workspace.module / ".terraform" / "modules").mkdir(parents=True)
    (workspace.module / ".terraform" / "modules" / "modules.json").write_text("{}")
    folder.init_record.write_text("key")

    assert prepare(folder, tree(tmp_path), tmp_path).is_initialised("key")


def test_another_tree_replaces_files_and_keeps_what_terraform_made(
    folder: UnitFolder, tmp_path: Path
) -> None:
    workspace = prepare(folder, tree(tmp_path), tmp_path)
    (workspace.module / ".terraform").mkdir()
    (workspace.module / "lambda.zip").touch()
    workspace.mark_initialised("key")
    assert workspace.is_initialised("key")

    changed = tree(tmp_path, {"stack/main.tf": "# two", "shared/vpc/main.tf": None, "stack/new.tf": "# new"})
    again = prepare(folder, changed, tmp_path)

    assert (again.module / "main.tf").read_text() == "# two"
    assert (again.module / "new.tf").exists()
    assert not (folder.source / "shared/vpc/main.tf").exists()
    assert (again.module / ".terraform").is_dir()
    assert (again.module / "lambda.zip").exists()
    assert not again.is_initialised("key")


def test_a_lock_file_that_init_made_does_not_bind_another_source(folder: UnitFolder, tmp_path: Path) -> None:
    workspace = prepare(folder, tree(tmp_path, {"stack/.terraform.lock.hcl": None}), tmp_path)
    workspace.lock_file.write_text("# made by init")
    prepare(folder, tree(tmp_path, {"stack/.terraform.lock.hcl": None}), tmp_path)
    assert workspace.lock_file.exists()

    prepare(folder, tree(tmp_path, {"stack/.terraform.lock.hcl": None, "stack/x.tf": "# x"}), tmp_path)

    assert not workspace.lock_file.exists()


def test_an_interrupted_copy_is_made_again(folder: UnitFolder, tmp_path: Path) -> None:
    stack = tree(tmp_path)
    (tmp_path / "src" / "stack" / "run.sh").unlink()
    with pytest.raises(DiagnosticError, match=r"stack/run.sh of the source .* is gone"):
        prepare(folder, stack, tmp_path)
    assert (folder.source / "shared/vpc/main.tf").exists()

    workspace = prepare(folder, tree(tmp_path), tmp_path)

    assert (workspace.module / "run.sh").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"digest": 3}'])
def test_a_damaged_copy_record_costs_a_copy_only(folder: UnitFolder, tmp_path: Path, content: str) -> None:
    prepare(folder, tree(tmp_path), tmp_path)
    folder.copy_record.write_text(content)

    assert prepare(folder, tree(tmp_path), tmp_path).module.is_dir()


def test_init_is_recorded_for_an_exact_key(folder: UnitFolder, tmp_path: Path) -> None:
    workspace = prepare(folder, tree(tmp_path), tmp_path)
    assert not workspace.is_initialised("key")
    (workspace.module / ".terraform").mkdir()
    workspace.mark_initialised("key")

    assert workspace.is_initialised("key")
    assert not workspace.is_initialised("other")
    workspace.folder.init_record.write_bytes(b"\xff\0damaged")
    workspace.clear_initialised()
    assert not workspace.is_initialised("key")
    workspace.mark_initialised("key")
    (workspace.module / ".terraform").rmdir()
    assert not workspace.is_initialised("key")


def test_a_working_folder_that_cant_be_made(folder: UnitFolder, tmp_path: Path) -> None:
    (tmp_path / "work").write_text("a file where a folder should be")

    with pytest.raises(DiagnosticError, match=r"the working folder .* can't be made"):
        prepare(folder, tree(tmp_path), tmp_path)


def test_a_full_disk(folder: UnitFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = prepare(folder, tree(tmp_path), tmp_path)

    def full(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("cellwright.files.atomic.os.fdopen", full)
    changed = BackendSettings("local", {"path": str(tmp_path / "states" / "y.tfstate")})
    with pytest.raises(DiagnosticError, match="No space left on device; the disk is full: make room"):
        prepare_workspace(UNIT, folder, tree(tmp_path), changed, {})
    monkeypatch.undo()

    assert not list(folder.path.glob("**/.*.tmp"))
    override = (workspace.module / "zz_cellwright_override.tf").read_text()
    assert f'path = "{workspace.state}"\n  }}\n}}\n' in override  # the old one, whole


def test_files_are_named_by_their_source(tmp_path: Path) -> None:
    names = SourceMap.of(tree(tmp_path), tmp_path)

    assert names.original("main.tf") == "src/stack/main.tf"
    assert names.original("../shared/vpc/main.tf") == "src/shared/vpc/main.tf"
    assert names.original(".terraform/modules/x/main.tf") == ".terraform/modules/x/main.tf"
    elsewhere = SourceMap.of(tree(tmp_path), tmp_path / "fleet")
    assert elsewhere.original("main.tf") == str(tmp_path / "src/stack/main.tf")


def test_a_working_folder_is_removed_unless_it_is_in_use(folder: UnitFolder, tmp_path: Path) -> None:
    prepare(folder, tree(tmp_path), tmp_path)
    with UnitLock.acquire(folder.commands.lock), pytest.raises(UnitLockedError):
        remove_workspace(folder)
    assert folder.source.exists()

    remove_workspace(folder)
    remove_workspace(folder)

    assert not folder.path.exists()
    assert (tmp_path / "states").exists()


def test_files_of_an_earlier_version_are_removed_but_not_the_stacks(
    folder: UnitFolder, tmp_path: Path
) -> None:
    module = prepare(folder, tree(tmp_path), tmp_path).module
    former = [module / "zz_cellwright_override.tf.json", module / "~cellwright.auto.tfvars.json"]
    for path in former:
        path.write_text("{}")

    prepare(folder, tree(tmp_path), tmp_path)
    assert not any(path.exists() for path in former)

    own: dict[str, str | None] = {f"stack/{path.name}": "{}" for path in former}
    own["stack/mycellwright.auto.tfvars.json"] = "{}"
    prepare(folder, tree(tmp_path, own), tmp_path)
    assert all((folder.source / name).exists() for name in own)
