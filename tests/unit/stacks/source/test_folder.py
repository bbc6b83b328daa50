import os
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.limits import CODE_BYTES, TREE_DEPTH
from cellwright.stacks.source.folder import FoundFile, FoundLink, find_files, is_left_out


def names(folder: Path) -> set[str]:
    found = [item for item in find_files(str(folder)) if isinstance(item, FoundFile)]
    return {os.path.relpath(item.source, folder) for item in found}


@pytest.mark.parametrize(
    "name",
    [
        *(".terraform", ".git", ".hg", ".svn", ".cellwright", ".terragrunt-cache", ".DS_Store"),
        *(
            "terraform.tfstate",
            "terraform.tfstate.backup",
            "x.tfstate.1700000000.backup",
            "x.tfstate.d",
            ".terraform.tfstate.lock.info",
        ),
        *(
            "crash.log",
            "crash.20261122.log",
            ".#main.tf",
            "#main.tf#",
            ".main.tf.swp",
        ),
        *("unit.tftest.hcl", "unit.tftest.json", "unit.tofutest.hcl", "aws.tfmock.hcl", "all.tfquery.hcl"),
        "move.tfmigrate.hcl",
    ],
)
def test_left_out(name: str) -> None:
    assert is_left_out(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            ".terraform.lock.hcl",
            ".terraformignore",
            ".gitignore",
            "main.tf",
            "x.tfvars",
            "tfstate",
            "backend.tfstate.tpl",
            "bucket.tfstate.json",
            "x.tfstate-policy.json",
            "README.md",
        ),
        *("crash.txt", "state.tf", "user-data.sh", ".bashrc", "a.swp", "tests", "tftest.hcl", "a.hcl"),
    ],
)
def test_kept(name: str) -> None:
    assert not is_left_out(name)


def test_saved_plans_and_editors_backups_are_known_by_more_than_their_names(tmp_path: Path) -> None:
    (tmp_path / "old~").mkdir()
    (tmp_path / "old~" / "t.txt").touch()
    (tmp_path / "main.tf~").touch()
    (tmp_path / "sample.tfplan").write_text("a text")
    (tmp_path / "empty.tfplan").touch()
    (tmp_path / "saved.tfplan").write_bytes(b"PK\3\4...")
    (tmp_path / "encrypted.tfplan").write_text('{"meta": {}, "encrypted_data": "x"}')
    found = {os.path.relpath(item.source, tmp_path) for item in find_files(str(tmp_path))}
    assert found == {"old~/t.txt", "sample.tfplan", "empty.tfplan"}


def test_every_file_below(tmp_path: Path) -> None:
    for path in ("main.tf", "files/a/b.sh", ".terraform/x", "files/.git", "files/a/.terraform.lock.hcl"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "empty").mkdir()
    assert names(tmp_path) == {"main.tf", "files/a/b.sh", "files/a/.terraform.lock.hcl"}


def test_what_is_known_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(b"a = 1")
    (tmp_path / "run.sh").write_bytes(b"x")
    (tmp_path / "run.sh").chmod(0o755)
    found = {item.source: item for item in find_files(str(tmp_path)) if isinstance(item, FoundFile)}
    script, configuration = found[f"{tmp_path}/run.sh"], found[f"{tmp_path}/main.tf"]
    assert (script.executable, script.content) == (True, None)
    assert (configuration.executable, configuration.content) == (False, b"a = 1")
    assert script.digest.hex() == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_a_file_larger_than_a_chunk(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"x" * 3_000_000)
    (tmp_path / "b.tf").write_bytes(b"x" * 3_000_000)
    first, second = sorted(find_files(str(tmp_path)), key=lambda item: item.source)
    assert isinstance(first, FoundFile)
    assert isinstance(second, FoundFile)
    assert first.digest == second.digest
    assert second.content == b"x" * 3_000_000


def test_links_are_followed_and_told(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.txt").write_text("a")
    (tmp_path / "file").symlink_to("inner/a.txt")
    (tmp_path / "folder").symlink_to(inner)
    links = {item.source: item.target for item in find_files(str(tmp_path)) if isinstance(item, FoundLink)}
    assert links == {f"{tmp_path}/file": f"{inner}/a.txt", f"{tmp_path}/folder": str(inner)}
    assert names(tmp_path) == {"inner/a.txt", "file", "folder/a.txt"}


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/back").symlink_to(tmp_path / "a")
    with pytest.raises(DiagnosticError, match="a/b/back:1:1: error: a symbolic link leads in a circle"):
        names(tmp_path)


def test_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.tf").symlink_to("gone.tf")
    with pytest.raises(DiagnosticError, match=r"main\.tf:1:1: error: .*broken link"):
        names(tmp_path)


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "main.tf").symlink_to("main.tf")
    with pytest.raises(DiagnosticError, match=r"main\.tf:1:1: error: can't be read: Too many"):
        names(tmp_path)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.tf")
    with pytest.raises(DiagnosticError, match="files and folders only"):
        names(tmp_path)


def test_a_file_that_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.tf").write_text("")

    def denied(path: str, _flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    with monkeypatch.context() as patch:  # permission bits stop nobody who is root
        patch.setattr("cellwright.stacks.source.folder.os.open", denied)
        with pytest.raises(DiagnosticError, match=r"main\.tf:1:1: error: can't be read: Permission denied"):
            names(tmp_path)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be read: No such file"):
        names(tmp_path / "gone")


def test_names_that_are_no_text(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(bytes(tmp_path) + b"/\xff.txt")).write_text("x")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    assert names(tmp_path) == {"\udcff.txt"}


def test_folders_within_each_other_have_a_limit(tmp_path: Path) -> None:
    deepest = tmp_path.joinpath(*["a"] * (TREE_DEPTH - 1))
    deepest.mkdir(parents=True)
    (deepest / "main.tf").write_text("")
    assert len(names(tmp_path)) == 1
    deepest.joinpath(*["a"] * 300).mkdir(parents=True)
    with pytest.raises(DiagnosticError, match=r"the folder lies too deep in its stack; .* flatten them"):
        names(tmp_path)


def test_a_file_of_code_has_a_limit_and_any_other_one_has_none(tmp_path: Path) -> None:
    for name in ("main.tf", "x.tf.json", "a.auto.tfvars", "policy.json"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(CODE_BYTES + 1)
        if name == "policy.json":
            assert names(tmp_path) == {name}
        else:
            with pytest.raises(
                DiagnosticError, match=rf"{name}:1:1: error: the file is too large; .* split it"
            ):
                names(tmp_path)
        (tmp_path / name).unlink()
