import os
from pathlib import Path

import pytest

from cellwright.git.remote import ResolvedRef, fetch, is_commit, resolve_ref
from cellwright.model.diagnostic import DiagnosticError
from unit.git.origins import Origin, git


def test_an_annotated_tag_is_its_commit(origin: Origin) -> None:
    commit = origin.commit({"a": "1"}, tag="v1.0.0")
    assert resolve_ref(origin.url, "v1.0.0", os.environ) == ResolvedRef(commit, moving=False)


def test_a_plain_tag_is_its_commit(origin: Origin) -> None:
    commit = origin.commit({"a": "1"})
    git("tag", "light", cwd=origin.work)
    git("push", "--quiet", "--tags", "origin", cwd=origin.work)
    assert resolve_ref(origin.url, "light", os.environ) == ResolvedRef(commit, moving=False)


def test_a_branch_moves(origin: Origin) -> None:
    first = origin.commit({"a": "1"}, branch="feature/x")
    assert resolve_ref(origin.url, "feature/x", os.environ) == ResolvedRef(first, moving=True)
    second = origin.commit({"a": "2"}, branch="feature/x")
    assert resolve_ref(origin.url, "feature/x", os.environ) == ResolvedRef(second, moving=True)


def test_a_tag_goes_before_a_branch(origin: Origin) -> None:
    tagged = origin.commit({"a": "1"})
    origin.commit({"a": "2"}, branch="both")
    git("tag", "both", tagged, cwd=origin.work)
    git("push", "--quiet", "origin", "refs/tags/both", cwd=origin.work)
    assert resolve_ref(origin.url, "both", os.environ).commit == tagged


def test_a_full_name_is_what_it_says(origin: Origin) -> None:
    tagged = origin.commit({"a": "1"})
    on_branch = origin.commit({"a": "2"}, branch="x/both")
    git("tag", "--annotate", "--message", "t", "x/both", tagged, cwd=origin.work)
    git("push", "--quiet", "origin", "refs/tags/x/both", cwd=origin.work)

    found = {
        ref: resolve_ref(origin.url, ref, os.environ)
        for ref in ("x/both", "refs/tags/x/both", "tags/x/both", "refs/heads/x/both", "heads/x/both", "HEAD")
    }

    tag, branch = ResolvedRef(tagged, moving=False), ResolvedRef(on_branch, moving=True)
    assert found == {
        "x/both": tag,
        "refs/tags/x/both": tag,
        "tags/x/both": tag,
        "refs/heads/x/both": branch,
        "heads/x/both": branch,
        "HEAD": ResolvedRef(tagged, moving=True),
    }
    with pytest.raises(DiagnosticError, match="has no tag or branch 'refs/heads/x'"):
        resolve_ref(origin.url, "refs/heads/x", os.environ)


def test_a_commit_in_capital_letters(origin: Origin) -> None:
    commit = origin.commit({"a": "1"})
    assert resolve_ref(origin.url, commit.upper(), os.environ) == ResolvedRef(commit, moving=False)


@pytest.mark.parametrize("digits", [7, 12, 39])
def test_a_shortened_commit_is_named_as_such(origin: Origin, digits: int) -> None:
    commit = origin.commit({"a": "1"})
    with pytest.raises(DiagnosticError, match=r"a shortened commit id, .*; write all digits of the commit"):
        resolve_ref(origin.url, commit[:digits], os.environ)


def test_a_branch_that_looks_like_a_shortened_commit(origin: Origin) -> None:
    commit = origin.commit({"a": "1"}, branch="beef")
    assert resolve_ref(origin.url, "beef", os.environ) == ResolvedRef(commit, moving=True)


def test_no_ref_is_the_default_branch(origin: Origin) -> None:
    commit = origin.commit({"a": "1"})
    assert resolve_ref(origin.url, None, os.environ) == ResolvedRef(commit, moving=True)


def test_a_commit_stands_for_itself_without_a_question() -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    assert resolve_ref("file:///nowhere", commit, os.environ) == ResolvedRef(commit, moving=False)
    assert is_commit(commit * 2) is False
    assert is_commit("a" * 64)
    assert not is_commit("v1.0.0")
    assert not is_commit(commit[:12])


@pytest.mark.parametrize("ref", ["v9", "ma", "*", "v1"])
def test_a_ref_that_does_not_exist(origin: Origin, ref: str) -> None:
    origin.commit({"a": "1"}, tag="x/v1")
    with pytest.raises(DiagnosticError) as refusal:
        resolve_ref(origin.url, ref, os.environ)
    assert f"has no tag or branch '{ref}'" in str(refusal.value)


def test_a_repository_without_commits(origin: Origin) -> None:
    with pytest.raises(DiagnosticError, match="has no commit yet"):
        resolve_ref(origin.url, None, os.environ)


def test_a_repository_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError) as refusal:
        resolve_ref(f"file://{tmp_path}/none.git", "v1", os.environ)
    assert "can't be read" in str(refusal.value)
    assert "check the address" in str(refusal.value)


def test_an_address_that_would_run_a_command(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="can't be read"):
        resolve_ref(f"ext::sh -c 'touch {tmp_path}/ran'", "v1", os.environ)
    assert not (tmp_path / "ran").exists()


def test_an_address_that_looks_like_an_option(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError):
        resolve_ref(f"--upload-pack=touch {tmp_path}/ran", "v1", os.environ)
    assert not (tmp_path / "ran").exists()


def test_the_files_of_a_commit(origin: Origin, tmp_path: Path) -> None:
    old = origin.commit({"a/b.txt": "old", "run.sh": "x", ".gitignore": "*.log"})
    origin.commit({"a/b.txt": "new"})
    fetch(origin.url, old, tmp_path / "target", os.environ)
    files = {path.relative_to(tmp_path / "target").as_posix() for path in (tmp_path / "target").rglob("*")}
    assert files == {".gitignore", "a", "a/b.txt", "run.sh"}
    assert (tmp_path / "target/a/b.txt").read_text() == "old"


def test_a_server_that_hands_out_tips_only(origin: Origin, tmp_path: Path) -> None:
    old = origin.commit({"a": "old"})
    origin.commit({"a": "new"})
    git("config", "protocol.version", "0", cwd=origin.bare)
    git("config", "uploadpack.allowAnySHA1InWant", "false", cwd=origin.bare)
    (tmp_path / "gitconfig").write_text("[protocol]\n\tversion = 0\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
        fetch(origin.url, old, tmp_path / "target", os.environ)
    assert (tmp_path / "target/a").read_text() == "old"


def test_a_commit_that_does_not_exist(origin: Origin, tmp_path: Path) -> None:
    origin.commit({"a": "1"})
    with pytest.raises(DiagnosticError, match="can't be fetched"):
        fetch(origin.url, "0" * 40, tmp_path / "target", os.environ)


def test_submodules_come_along(origin: Origin, tmp_path: Path) -> None:
    inner = Origin.create(tmp_path / "inner")
    inner.commit({"inner.tf": "# inner"})
    origin.commit({"outer.tf": "# outer"})
    git("submodule", "--quiet", "add", inner.url, "modules/inner", cwd=origin.work)
    commit = origin.commit({})
    fetch(origin.url, commit, tmp_path / "target", os.environ)
    assert (tmp_path / "target/modules/inner/inner.tf").read_text() == "# inner"
    assert not list((tmp_path / "target").rglob(".git"))


def test_a_target_that_can_not_be_made(origin: Origin, tmp_path: Path) -> None:
    commit = origin.commit({"a": "1"})
    (tmp_path / "file").write_text("")
    with pytest.raises(DiagnosticError, match="can't be made"):
        fetch(origin.url, commit, tmp_path / "file" / "target", os.environ)
