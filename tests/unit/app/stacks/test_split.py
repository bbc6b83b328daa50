"""A new fleet in git projects, with the real git."""

import os
from pathlib import Path

import pytest

from cellwright.app.fleet.init import init
from cellwright.app.stacks.shipped import shipped
from cellwright.app.stacks.split import Split, SplitRequest, split
from cellwright.fleet.load.entry import load_fleet
from cellwright.fleet.stack_sources import written_sources
from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.catalogue import Catalogue
from unit.app.stacks.kit import ADA, split_into
from unit.git.origins import git


@pytest.fixture(name="made", scope="module")
def made_fixture(tmp_path_factory: pytest.TempPathFactory) -> Split:
    return split_into(tmp_path_factory.mktemp("split") / "projects")


def test_every_stack_has_a_repository_with_a_first_tag(made: Split) -> None:
    assert {item.name for item in made.stacks} == {name.replace("/", "-") for name in shipped().stacks}
    for item in made.stacks:
        assert git("describe", "--exact-match", "main", cwd=item.folder) == "v1.0.0"
        assert git("status", "--porcelain", cwd=item.folder) == ""
        assert (item.folder / "main.tf").exists()
        assert ".terraform/" in (item.folder / ".gitignore").read_text()


def test_the_fleet_names_them_and_is_without_fault(made: Split, tmp_path: Path) -> None:
    root = made.fleet.folder
    text = (root / "fleet.yaml").read_text()

    assert not (root / "stacks").exists()
    assert {found.source for found in written_sources(text)} == {item.source for item in made.stacks}
    assert "# Off until an account names its peers." in text
    fleet = load_fleet(root, Catalogue(root, tmp_path / "cache", os.environ).contract)
    assert fleet.diagnostics == ()
    assert fleet.units


def test_what_was_shipped_is_a_branch(made: Split) -> None:
    for item in (made.fleet, *made.stacks):
        assert git("rev-parse", "reference", cwd=item.folder) == git("rev-parse", "main", cwd=item.folder)
    assert "Cellwright-Reference: " in git("log", "--format=%B", cwd=made.stacks[0].folder)


def test_an_ordinary_fleet_has_that_branch_too(tmp_path: Path) -> None:
    init(tmp_path / "fleet", ADA)

    assert git("rev-parse", "reference", cwd=tmp_path / "fleet") == git(
        "rev-parse", "main", cwd=tmp_path / "fleet"
    )


def test_an_ordinary_fleet_in_a_repository_that_was_there_has_none(tmp_path: Path) -> None:
    git("init", "--quiet", cwd=tmp_path)

    init(tmp_path / "fleet", ADA)

    assert git("branch", "--list", "reference", cwd=tmp_path) == ""
    assert git("log", "--format=%s", cwd=tmp_path) == "Scaffold the fleet"


def test_a_remote_is_named_and_nothing_is_pushed_there_unasked(tmp_path: Path) -> None:
    found = split_into(tmp_path / "projects", "https://git.example.com/infra")

    (app,) = (item for item in found.stacks if item.name == "client-app")
    assert app.source == "git::https://git.example.com/infra/client-app.git?ref=v1.0.0"
    assert (
        git("remote", "get-url", "origin", cwd=app.folder) == "https://git.example.com/infra/client-app.git"
    )
    assert (found.pushed, found.findings) == (False, ())


def test_pushed_projects_are_made_where_the_remote_is_a_folder(tmp_path: Path) -> None:
    found = split_into(tmp_path / "projects", f"file://{tmp_path}/srv/", push=True)

    assert (found.pushed, found.findings) == (True, ())
    app = tmp_path / "srv" / "client-app.git"
    assert git("tag", "--list", cwd=app) == "v1.0.0"
    assert git("branch", "--format=%(refname:short)", cwd=app).split() == ["main", "reference"]
    assert (tmp_path / "srv" / "fleet.git").is_dir()


def test_a_remote_that_refuses_is_told_of_and_the_others_are_pushed(tmp_path: Path) -> None:
    closed = tmp_path / "srv" / "client-app.git"
    git("init", "--quiet", "--bare", str(closed), cwd=tmp_path)
    (closed / "hooks" / "pre-receive").write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
    (closed / "hooks" / "pre-receive").chmod(0o755)

    found = split_into(tmp_path / "projects", f"file://{tmp_path}/srv/", push=True)

    (finding,) = found.findings
    assert finding.summary == f"file://{tmp_path}/srv/client-app.git did not take the push"
    assert "protected" in finding.detail
    assert f"git -C {tmp_path}/projects/stacks/client-app push origin main" in finding.detail
    assert not found.pushed
    assert git("tag", "--list", cwd=tmp_path / "srv" / "client-sftp.git") == "v1.0.0"


@pytest.mark.parametrize(
    ("remote", "said"),
    [
        ("https://ada:secret@git.example.com/", "credentials"),
        ("ftp://git.example.com/", "git does not come by 'ftp:'"),
        ("somewhere", "is no address of git projects"),
        ("https://git.example.com/a//b", "is no address of git projects"),
    ],
)
def test_what_is_no_remote_is_refused_and_nothing_is_written(tmp_path: Path, remote: str, said: str) -> None:
    with pytest.raises(DiagnosticError) as refused:
        split_into(tmp_path / "projects", remote)

    assert said in str(refused.value)
    assert "secret" not in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_empty_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")

    with pytest.raises(DiagnosticError, match="is not an empty folder"):
        split_into(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    assert split_into(tmp_path / "projects").fleet.folder == tmp_path / "projects" / "fleet"


@pytest.mark.parametrize("lacking", ["git", "a name"])
def test_without_git_or_a_name_nothing_is_written(tmp_path: Path, lacking: str) -> None:
    nobody = {
        name: value for name, value in ADA.items() if "GIT_AUTHOR" not in name and "COMMITTER" not in name
    }
    environment = {**ADA, "PATH": "/nonexistent"} if lacking == "git" else nobody

    with pytest.raises(DiagnosticError, match="git was not found" if lacking == "git" else "who you are"):
        split(SplitRequest(folder=tmp_path / "projects"), environment)

    assert not list(tmp_path.iterdir())


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DiagnosticError

    monkeypatch.setattr("cellwright.app.stacks.split.add_tag", fail)
    with pytest.raises(DiagnosticError):
        split_into(tmp_path / "projects")
    assert not list(tmp_path.iterdir())
