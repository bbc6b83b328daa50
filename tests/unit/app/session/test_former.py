"""Units as an earlier commit of the fleet's repository had them."""

import subprocess
from pathlib import Path

import pytest

from cellwright.app.session.former import FormerUnits
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import StackPin
from unit.app.kit import APP, make_fleet, open_session, put_under_git


def git(root: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A fleet below a repository's root, whose client and stack have changed since its first commit."""
    root = tmp_path / "repository/fleet"
    make_fleet(root, acme='stacks: {app: {password: "hunter2"}}\nenvironment: {TOKEN: "abc"}\n')
    put_under_git(root.parent)
    (root / "clients/acme.yaml").unlink()
    (root / "stack/main.tf").write_text("# nothing any more\n")
    git(root, "commit", "--quiet", "-am", "gone")
    return root


def test_settings_of_an_earlier_commit_with_secrets_and_environment(root: Path) -> None:
    commit = git(root, "rev-parse", "HEAD~1")
    former = FormerUnits(open_session(root).open())
    unit = former.unit(commit, APP)
    assert unit is not None
    assert (unit.inputs["password"].value, unit.environment) == ("hunter2", {"TOKEN": "abc"})
    assert former.unit(commit, UnitAddress("client", "other", "app")) is None
    assert former.unit(git(root, "rev-parse", "HEAD"), APP) is None


def test_a_source_of_an_earlier_commit(root: Path) -> None:
    commit = git(root, "rev-parse", "HEAD~1")
    stacks = open_session(root).open().stacks
    assert stacks.facts(StackPin("./stack")).sensitive == frozenset()
    facts = stacks.facts(StackPin("./stack", commit=commit))
    assert (facts.sensitive, facts.label) == (frozenset({"password"}), f"./stack ({commit[:12]})")
    assert stacks.catalogue.local_folders() == {root / "stack"}


def test_a_source_outside_the_repository_has_no_earlier_commit(root: Path) -> None:
    outside = root.parent.parent / "outside"
    outside.mkdir()
    (outside / "main.tf").touch()
    commit = git(root, "rev-parse", "HEAD~1")
    stacks = open_session(root).open().stacks
    assert stacks.facts(StackPin("../../outside", commit=commit)).label == "../../outside"
    assert stacks.facts(StackPin(str(outside), commit=commit)).label == str(outside)


def test_a_commit_that_can_t_be_had_is_asked_for_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    former = FormerUnits(open_session(root).open())
    with pytest.raises(DiagnosticError, match="can't be fetched"):
        former.unit("c" * 40, APP)
    monkeypatch.setattr(FormerUnits, "_load", None)
    with pytest.raises(DiagnosticError, match="can't be fetched"):
        former.unit("c" * 40, APP)


def test_outside_git_there_is_none(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    with pytest.raises(DiagnosticError, match="no git repository"):
        FormerUnits(open_session(tmp_path).open()).unit("c" * 40, APP)
