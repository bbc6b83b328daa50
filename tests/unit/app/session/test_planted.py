"""A `.cellwright` that came with a repository is found whenever it comes; see also tests/unit/cli/foreign."""

from pathlib import Path

import pytest

from cellwright.app.session.home import Home
from cellwright.model.diagnostic import DiagnosticError
from planted import commit_home
from unit.app.kit import NOBODY, make_fleet, put_under_git
from unit.git.origins import git


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}")
    put_under_git(root)
    return root


def home(root: Path) -> Home:
    return Home(root, NOBODY)


def test_one_of_our_own_is_used(root: Path) -> None:
    home(root).prepare()
    home(root).check()
    assert (root / ".cellwright" / ".gitignore").exists()


def test_one_that_comes_with_a_later_commit_is_refused(root: Path) -> None:
    home(root).prepare()
    home(root).check()
    commit_home(root, ledger="planted")
    with pytest.raises(DiagnosticError, match="is tracked by git"):
        home(root).check()
    git("rm", "-r", "--cached", "--quiet", ".cellwright", cwd=root)
    home(root).check()


def test_in_a_further_work_tree_and_a_folder_of_a_repository_too(root: Path, tmp_path: Path) -> None:
    inner = root / "inner"
    make_fleet(inner, acme="{}")
    commit_home(inner, ledger="planted")
    git("worktree", "add", "--quiet", str(tmp_path / "second"), cwd=root)
    for place in (inner, tmp_path / "second" / "inner"):
        for _ in range(2):
            with pytest.raises(DiagnosticError, match="is tracked by git"):
                home(place).check()


def test_git_is_asked_again_only_after_its_index_has_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home(root).prepare()
    home(root).check()
    monkeypatch.setattr("cellwright.git.repository.run_git", lambda *_, **__: pytest.fail("git was started"))
    home(root).check()


@pytest.mark.parametrize("name", ["ledger.db", "key", "states"])
def test_a_link_at_its_top_is_found_each_time(root: Path, tmp_path: Path, name: str) -> None:
    home(root).prepare()
    home(root).check()
    (root / ".cellwright" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DiagnosticError, match="is a symbolic link"):
        home(root).check()


def test_a_link_to_a_unit_s_folder_is_found_in_one_that_is_new(root: Path, tmp_path: Path) -> None:
    home(root).prepare()
    home(root).check()
    (root / ".cellwright").rename(tmp_path / "ours")
    units = root / ".cellwright" / "work" / "client" / "acme"
    units.mkdir(parents=True)
    (units / "app").symlink_to(tmp_path)
    with pytest.raises(DiagnosticError, match="app is a symbolic link"):
        home(root).check()


def test_links_that_a_unit_s_folder_holds_are_terraform_s(root: Path, tmp_path: Path) -> None:
    home(root).prepare()
    providers = root / ".cellwright" / "work" / "client" / "acme" / "app" / "src" / "providers"
    providers.mkdir(parents=True)
    (providers / "aws").symlink_to(tmp_path)
    home(root).check()
    assert (providers / "aws").is_symlink()
