import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cellwright.git.repository import Repository
from cellwright.stacks.source.git_tree import holds_commit
from unit.git.origins import git


@pytest.fixture(params=["sha1", "sha256"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str, bytes]:
    """A folder with the files of a commit, the commit's id and its object."""
    root, target = tmp_path / "origin", tmp_path / "target"
    root.mkdir()
    git("init", "--quiet", f"--object-format={request.param}", cwd=root)
    for name in ("a.tf", "a/main.tf", "a-b", "a0", "größe", "empty"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(name if name != "empty" else "")
    (root / "a0").chmod(0o755)
    (root / "link").symlink_to("a/main.tf")
    repository = Repository(root, os.environ)
    commit = repository.commit([path for path in root.iterdir() if path.name != ".git"], "all")
    return target, commit, repository.write_out(commit, target)


def test_a_folder_as_it_was_written(written: tuple[Path, str, bytes]) -> None:
    folder, commit, content = written
    (folder / "folder without files").mkdir()
    (folder / "folder without files").rmdir()
    assert holds_commit(folder, commit, content)


def _turned(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("a.tf")


def _replaced(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").write_text("a/main.tf")


def _changed(folder: Path) -> None:
    (folder / "a.tf").write_text("planted")


def _made_program(folder: Path) -> None:
    (folder / "a.tf").chmod(0o755)


def _made_file(folder: Path) -> None:
    (folder / "a0").chmod(0o644)


def _added(folder: Path) -> None:
    (folder / "more").touch()


def _removed(folder: Path) -> None:
    (folder / "empty").unlink()


HARMS: tuple[Callable[[Path], None], ...] = (
    _changed,
    _made_program,
    _made_file,
    _added,
    _removed,
    _turned,
    _replaced,
)


@pytest.mark.parametrize("harm", HARMS)
def test_another_file_content_or_kind(written: tuple[Path, str, bytes], harm: Callable[[Path], None]) -> None:
    folder, commit, content = written
    harm(folder)
    assert not holds_commit(folder, commit, content)


def test_an_object_that_is_not_this_commit(written: tuple[Path, str, bytes]) -> None:
    folder, commit, content = written
    assert not holds_commit(folder, commit, content + b"\n")
    assert not holds_commit(folder, "0" * len(commit), content)
    assert not holds_commit(folder, commit, b"")
