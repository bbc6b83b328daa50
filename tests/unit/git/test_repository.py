import os
import stat
from pathlib import Path

import pytest

from cellwright.git.repository import GitIdentity, HookError, Repository
from cellwright.model.diagnostic import DiagnosticError
from unit.git.origins import git


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "fleet"
    folder.mkdir()
    return Repository.create(folder, os.environ)


def write(repository: Repository, path: str, content: str = "x\n") -> Path:
    target = repository.root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content)
    return target


def test_a_new_repository_has_a_branch_and_no_commit(repository: Repository) -> None:
    assert repository.head() is None
    assert repository.history(repository.root) == ()
    assert git("symbolic-ref", "HEAD", cwd=repository.root) == "refs/heads/main"


def test_the_repository_that_a_path_is_in(repository: Repository, tmp_path: Path) -> None:
    inside = repository.root / "clients/acme"
    inside.mkdir(parents=True)
    assert Repository.containing(inside, os.environ) == repository
    assert Repository.containing(repository.root, os.environ) == repository
    assert Repository.containing(inside / "not-yet.yaml", os.environ) == repository
    assert Repository.containing(tmp_path, os.environ) is None


def test_a_work_tree_of_its_own_has_a_file(repository: Repository, tmp_path: Path) -> None:
    repository.commit([write(repository, "a")], "first")
    git("worktree", "add", "--quiet", str(tmp_path / "second"), cwd=repository.root)
    second = Repository.containing(tmp_path / "second", os.environ)
    assert second is not None
    assert second.root == tmp_path / "second"
    assert second.head() == repository.head()


def test_dirty_is_whatever_is_not_committed(repository: Repository) -> None:
    write(repository, ".gitignore", "*.log\n")
    repository.commit(
        [write(repository, "changed"), write(repository, "gone"), write(repository, ".gitignore")], "x"
    )
    write(repository, ".gitignore", "*.log\n")
    write(repository, "changed", "other\n")
    (repository.root / "gone").unlink()
    write(repository, "new folder/größe.yaml")
    write(repository, "ignored.log")
    write(repository, "staged")
    git("add", "staged", cwd=repository.root)
    assert repository.dirty() == (".gitignore", "changed", "gone", "new folder/größe.yaml", "staged")


def test_a_clean_repository(repository: Repository) -> None:
    repository.commit([write(repository, "a")], "first")
    assert repository.dirty() == ()


def test_a_rename_is_two_paths(repository: Repository) -> None:
    repository.commit([write(repository, "old", "same content\n" * 9)], "first")
    git("mv", "old", "new", cwd=repository.root)
    assert repository.dirty() == ("new", "old")


def test_the_person_is_the_author(repository: Repository) -> None:
    assert repository.identity() == GitIdentity("Ada", "ada@example.com")
    commit = repository.commit([write(repository, "a")], "Onboard acme\n\n#because")
    assert git("log", "-1", "--format=%H|%an|%ae|%cn|%B", cwd=repository.root) == (
        f"{commit}|Ada|ada@example.com|Ada|Onboard acme\n\n#because"
    )


def test_without_an_identity_the_advice_says_how_to_set_one(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    path = write(repository, "a")
    for attempt in (repository.identity, lambda: repository.commit([path], "x")):
        with pytest.raises(DiagnosticError) as refusal:
            attempt()
        assert "does not know who you are; run: git config --global user.name" in str(refusal.value)
    assert repository.head() is None


def test_a_name_with_brackets_and_letters(repository: Repository) -> None:
    git("config", "user.name", "x", cwd=repository.root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_AUTHOR_NAME", "Zoë (Ops)")
        assert repository.identity().name == "Zoë (Ops)"


def test_only_these_paths_are_committed(repository: Repository) -> None:
    repository.commit(
        [write(repository, "first"), write(repository, "leaving/a"), write(repository, "leaving/b")], "1"
    )
    write(repository, "staged")
    git("add", "staged", cwd=repository.root)
    write(repository, "loose")
    write(repository, "first", "changed\n")
    for name in "ab":
        (repository.root / "leaving" / name).unlink()
    added = write(repository, "clients/acme/client.yaml")
    commit = repository.commit([added.parent, repository.root / "leaving"], "2")
    assert commit == repository.head()
    shown = git("show", "--no-renames", "--name-status", "--format=", commit, cwd=repository.root).split()
    assert shown == ["A", "clients/acme/client.yaml", "D", "leaving/a", "D", "leaving/b"]
    assert repository.dirty() == ("first", "loose", "staged")


def test_nothing_new_is_no_new_commit(repository: Repository) -> None:
    path = write(repository, "a")
    first = repository.commit([path], "1")
    write(repository, "b")
    assert repository.commit([path], "2") == first
    assert repository.commit([], "2") == first


def test_names_are_no_patterns(repository: Repository) -> None:
    star = write(repository, "*")
    write(repository, "other")
    repository.commit([star], "x")
    assert repository.dirty() == ("other",)


def test_hooks_do_not_run(repository: Repository) -> None:
    for name in ("pre-commit", "commit-msg", "post-commit"):
        hook = repository.root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\ntouch ran\nexit 1\n")
        hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    repository.commit([write(repository, "a")], "x")
    assert repository.dirty() == ()


def test_what_git_ignores_can_not_be_committed(repository: Repository) -> None:
    repository.commit([write(repository, ".gitignore", "secret*\n")], "x")
    with pytest.raises(DiagnosticError, match=r"git ignores secret\.yaml; take it out"):
        repository.commit([write(repository, "secret.yaml")], "y")


def test_a_path_outside(repository: Repository, tmp_path: Path) -> None:
    for attempt in (lambda: repository.commit([tmp_path / "x"], "x"), lambda: repository.history(tmp_path)):
        repository.head() or repository.commit([write(repository, "a")], "first")
        with pytest.raises(DiagnosticError, match="is outside the git repository"):
            attempt()


def test_a_path_that_never_was(repository: Repository) -> None:
    with pytest.raises(DiagnosticError, match="can't be staged"):
        repository.commit([repository.root / "nothing"], "x")


def test_another_git_at_work(repository: Repository) -> None:
    repository.commit([write(repository, "a")], "x")
    (repository.root / ".git/index.lock").write_text("")
    with pytest.raises(DiagnosticError, match="no other git process is running") as refusal:
        repository.commit([write(repository, "b")], "y")
    assert "index.lock" in str(refusal.value)


def test_a_commit_that_fails_leaves_nothing_staged(repository: Repository) -> None:
    first = repository.commit([write(repository, "a")], "x")
    with pytest.raises(DiagnosticError, match="can't be committed"):
        repository.commit([write(repository, "b")], "")
    assert repository.head() == first
    assert git("diff", "--cached", "--name-only", cwd=repository.root) == ""
    assert repository.dirty() == ("b",)


def test_a_way_through_a_link_is_inside(repository: Repository, tmp_path: Path) -> None:
    path = write(repository, "a")
    (tmp_path / "link").symlink_to(repository.root)
    repository.commit([tmp_path / "link" / path.name], "x")
    assert repository.dirty() == ()


def test_a_repository_that_is_none(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    (broken / ".git").mkdir(parents=True)
    found = Repository.containing(broken, os.environ)
    assert found is not None
    for attempt in (found.head, found.dirty):
        with pytest.raises(DiagnosticError, match="can't be read"):
            attempt()


def test_no_repository_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiagnosticError, match="no git repository could be made"):
        Repository.create(tmp_path / "file", os.environ)


def test_history_of_a_path(repository: Repository) -> None:
    write(repository, "clients/acme.yaml", "1")
    first = repository.commit([repository.root / "clients"], "Onboard acme\n\nbody")
    repository.commit([write(repository, "other")], "Other")
    write(repository, "clients/acme.yaml", "2")
    second = repository.commit([repository.root / "clients"], "Change: acme")
    history = repository.history(repository.root / "clients/acme.yaml")
    assert [(item.id, item.subject) for item in history] == [
        (second, "Change: acme"),
        (first, "Onboard acme"),
    ]
    assert str(history[0].author) == "Ada <ada@example.com>"
    assert history[0].time[:2] == "20"
    assert [item.id for item in repository.history(repository.root, limit=1)] == [second]


def two_commits(repository: Repository) -> tuple[str, str]:
    first = repository.commit(
        [write(repository, "stacks/a/main.tf", "one\n"), write(repository, "gone")], "1"
    )
    (repository.root / "gone").unlink()
    return first, repository.commit(
        [write(repository, "stacks/a/main.tf", "two\n"), repository.root / "gone"], "2"
    )


def test_a_former_commit_is_written_out_and_nothing_else_changes(
    repository: Repository, tmp_path: Path
) -> None:
    first, second = two_commits(repository)
    git("sparse-checkout", "set", "--no-cone", "/*", "!/stacks/", cwd=repository.root)
    repository.write_out(first, tmp_path / "out")
    assert (tmp_path / "out/stacks/a/main.tf").read_text() == "one\n"
    assert (tmp_path / "out/gone").exists()
    assert (repository.head(), repository.dirty()) == (second, ())
    assert not (repository.root / "stacks").exists()


def test_a_commit_that_a_shallow_clone_lacks_is_fetched(repository: Repository, tmp_path: Path) -> None:
    first, second = two_commits(repository)
    git("clone", "--quiet", "--depth=1", f"file://{repository.root}", "shallow", cwd=tmp_path)
    shallow = Repository(tmp_path / "shallow", os.environ)
    shallow.write_out(first, tmp_path / "out")
    assert (tmp_path / "out/gone").exists()
    assert (shallow.head(), shallow.dirty(), len(shallow.history(shallow.root))) == (second, (), 1)


@pytest.mark.parametrize(("depth", "advice"), [([], "git fetch CLONE"), (["--depth=1"], "--unshallow")])
def test_a_commit_that_nobody_has_any_more(
    repository: Repository, tmp_path: Path, depth: list[str], advice: str
) -> None:
    two_commits(repository)
    git("clone", "--quiet", *depth, f"file://{repository.root}", "clone", cwd=tmp_path)
    with pytest.raises(DiagnosticError, match="can't be fetched from its remote 'origin'") as caught:
        Repository(tmp_path / "clone", os.environ).write_out("c" * 40, tmp_path / "out")
    assert advice in caught.value.diagnostics[0].detail
    with pytest.raises(DiagnosticError, match="is no commit"):
        repository.write_out("--all", tmp_path / "out")


def test_a_file_that_was_removed_and_came_back_is_there_again(repository: Repository) -> None:
    places = (repository.root / "acme", repository.root / "acme.yaml")
    before = repository.commit([write(repository, "acme.yaml"), write(repository, "other")], "here")
    assert not repository.has_again(places, before)
    places[1].unlink()
    removed = repository.commit(places[1:], "gone")
    assert not repository.has_again(places, before)
    git("revert", "--no-edit", "HEAD", cwd=repository.root)
    assert repository.has_again(places, before)
    assert not repository.has_again(places, removed), "it was not there then"
    assert not repository.has_again(places, repository.head() or "")
    assert not repository.has_again(places, "f" * 40)
    assert not repository.has_again(places, "--all")


def test_a_file_that_only_moved_or_was_removed_on_another_branch_was_never_gone(
    repository: Repository,
) -> None:
    places = (repository.root / "acme", repository.root / "acme.yaml")
    repository.commit([write(repository, "acme.yaml")], "first")
    git("branch", "without", cwd=repository.root)
    before = repository.commit([write(repository, "other")], "here")
    places[1].unlink()
    repository.commit([places[1], write(repository, "acme/client.yaml")], "moved")
    git("checkout", "--quiet", "without", cwd=repository.root)
    places[1].unlink()
    repository.commit(places[1:], "gone, but beside the line of commits that is asked for")
    git("checkout", "--quiet", "main", cwd=repository.root)
    git("merge", "--quiet", "--strategy=ours", "--no-edit", "without", cwd=repository.root)
    assert not repository.has_again(places, before)


def refuse(repository: Repository, name: str = "pre-commit", said: str = "a secret in line 3") -> None:
    """Give the repository a hook that refuses every commit."""
    hook = repository.root / ".git/hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho '{said}'\nexit 1\n")
    hook.chmod(0o755)


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_hook_that_refuses_is_quoted_and_nothing_is_committed(repository: Repository, name: str) -> None:
    first = repository.commit([write(repository, "a")], "first")
    refuse(repository, name)
    changed = write(repository, "a", "other\n")
    with pytest.raises(HookError) as caught:
        repository.commit([changed], "second", hooks=True)
    (told,) = caught.value.diagnostics
    assert told.summary == f"a hook of the repository refused the commit ({name})"
    assert "a secret in line 3" in told.detail
    assert "--no-verify" in told.detail
    assert repository.head() == first
    assert repository.commit([changed], "second") != first, "without hooks"


def test_hooks_of_the_person_s_own_folder_run_too(repository: Repository, tmp_path: Path) -> None:
    refuse(repository)
    (repository.root / ".git/hooks").rename(tmp_path / "hooks")
    git("config", "core.hooksPath", str(tmp_path / "hooks"), cwd=repository.root)
    with pytest.raises(HookError, match="pre-commit"):
        repository.commit([write(repository, "a")], "first", hooks=True)


def test_a_hook_may_name_files_by_patterns_and_change_them(repository: Repository) -> None:
    hook = repository.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        "#!/bin/sh\nfor f in $(git diff --cached --name-only -- '*.yaml'); do\n"
        "echo '# seen' >>$f; git add $f; done\n"
    )
    hook.chmod(0o755)
    file = write(repository, "a[1].yaml")
    repository.commit([file], "first", hooks=True)
    assert git("show", "HEAD:a[1].yaml", cwd=repository.root) == "x\n# seen"


def test_what_fails_for_another_reason_is_no_refusal(repository: Repository) -> None:
    refuse(repository)
    (repository.root / ".git/index.lock").touch()
    with pytest.raises(DiagnosticError) as caught:
        repository.commit([write(repository, "a")], "first", hooks=True)
    assert not isinstance(caught.value, HookError)


def test_paths_are_put_back_as_they_were_committed(repository: Repository) -> None:
    gone, kept = write(repository, "clients/acme.yaml"), write(repository, "other", "a\n")
    repository.commit([gone, kept], "first")
    gone.unlink()
    kept.write_text("b\n")
    new = write(repository, "new")
    repository.restore([gone, kept, new])
    assert repository.dirty() == ()
    assert not new.exists()


def test_what_is_tracked_is_listed(repository: Repository) -> None:
    write(repository, ".cellwright/key")
    assert repository.tracked(repository.root / ".cellwright") == ()
    git("add", ".cellwright/key", cwd=repository.root)
    assert repository.tracked(repository.root / ".cellwright") == (".cellwright/key",)
