"""A fleet at a commit of its repository: the same on every machine, and nobody can write to it."""

import os
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from cellwright.app.session.location import Location
from cellwright.app.session.repository import checkout
from cellwright.app.session.repository.checkout import checkout_at, session_at
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import NOBODY, make_fleet, put_under_git
from unit.git.origins import git


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet's repository, and the user of a machine without it."""

    folder: Path

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def url(self) -> str:
        return str(self.folder / "fleet.git")

    @property
    def environment(self) -> dict[str, str]:
        return {
            **NOBODY,
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }

    def commit(self, **cells: str) -> str:
        make_fleet(self.work, **cells)
        git("add", "--all", cwd=self.work)
        git("commit", "--quiet", "--allow-empty", "--message=more", cwd=self.work)
        git("push", "--quiet", "--force", "origin", "HEAD:main", cwd=self.work)
        return git("rev-parse", "HEAD", cwd=self.work)

    def at(self, commit: str) -> Location:
        return checkout_at(self.url, commit, self.environment)

    def cells(self, commit: str) -> list[str]:
        with FleetSession(self.at(commit)) as session:
            return [cell.cell for cell in session.usable().fleet.cells]

    def trees(self) -> set[str]:
        return {
            path.name for path in self.folder.glob("cache/cellwright/repositories/*/trees/*") if path.is_dir()
        }


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    found = Fleet(tmp_path)
    make_fleet(found.work, acme="{}\n")
    put_under_git(found.work)
    git("init", "--quiet", "--bare", found.url, cwd=tmp_path)
    git("remote", "add", "origin", found.url, cwd=found.work)
    return found


def test_each_commit_is_what_it_was_however_often_it_is_asked_for(fleet: Fleet) -> None:
    first = fleet.commit()
    second = fleet.commit(globex="{}\n")
    assert fleet.cells(second) == ["acme", "globex"]
    assert fleet.cells(first) == ["acme"]
    assert fleet.cells(second) == ["acme", "globex"]
    assert fleet.trees() == {first, second}
    with FleetSession(fleet.at(second)) as session:
        repository = session.repository()
        assert repository is not None
        assert (repository.head(), repository.dirty()) == (second, ())
        assert len(repository.history(session.root)) == 2


def test_what_is_here_needs_no_remote(fleet: Fleet) -> None:
    commit = fleet.commit()
    fleet.at(commit)
    shutil.rmtree(fleet.url)
    assert fleet.cells(commit) == ["acme"]


def test_nobody_can_write_to_it_and_what_is_kept_lies_elsewhere_for_all_commits(fleet: Fleet) -> None:
    first, second = fleet.commit(), fleet.commit(globex="{}\n")
    places = [fleet.at(commit) for commit in (first, second)]
    assert places[0].home == places[1].home
    for place in places:
        with FleetSession(place) as session:
            session.open(writing=True)
            assert session.home.cache == fleet_cache(places[0])
        assert not (place.fleet / ".cellwright").exists()
        writable = [
            path
            for path in (place.fleet, *place.fleet.rglob("*"))
            if not path.is_symlink() and path.stat().st_mode & 0o222
        ]
        assert writable == []
    kept = places[0].home
    assert kept is not None
    assert (kept / "ledger.db").is_file()
    for folder in (kept, fleet.folder / "cache/cellwright/repositories"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def fleet_cache(place: Location) -> Path:
    with FleetSession(place) as session:
        return session.home.cache


def test_a_commit_that_no_branch_has_any_more_is_fetched_by_itself(fleet: Fleet) -> None:
    lost = fleet.commit(globex="{}\n")
    git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=Path(fleet.url))
    git("reset", "--quiet", "--hard", "HEAD~1", cwd=fleet.work)
    fleet.commit()
    assert fleet.cells(lost) == ["acme", "globex"]


@pytest.mark.parametrize(
    ("commit", "told"),
    [
        ("main", "'main' is no commit"),
        ("--all", "is no commit"),
        ("../../etc", "is no commit"),
        ("0" * 40, f"has no commit {'0' * 40}; push it"),
    ],
)
def test_a_commit_that_is_none(fleet: Fleet, commit: str, told: str) -> None:
    fleet.commit()
    with pytest.raises(DiagnosticError) as caught:
        fleet.at(commit)
    assert told in str(caught.value)
    place = Location(fleet=fleet.folder, environment=fleet.environment)
    with pytest.raises(DiagnosticError), session_at(fleet.url, commit, place):
        pass


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("--upload-pack=x", "is no address"),
        ("/nonexistent", "can't be fetched"),
        ("https://ada:secret@127.0.0.1:1/x", "https://127.0.0.1:1/x can't be fetched"),
    ],
)
def test_a_repository_that_is_none(fleet: Fleet, url: str, told: str) -> None:
    with pytest.raises(DiagnosticError, match=told) as caught:
        checkout_at(url, "0" * 40, fleet.environment)
    assert "secret" not in str(caught.value)


def test_a_folder_in_the_repository(fleet: Fleet) -> None:
    commit = fleet.commit()
    assert checkout_at(fleet.url, commit, fleet.environment, "clients").fleet.name == "clients"
    with pytest.raises(DiagnosticError, match="no folder within a repository"):
        checkout_at(fleet.url, commit, fleet.environment, "../x")


def test_a_tree_that_a_killed_process_has_left_is_written_anew(fleet: Fleet) -> None:
    commit = fleet.commit()
    place = fleet.at(commit)
    place.fleet.chmod(0o700)
    (place.fleet / "fleet.yaml").unlink()
    (place.fleet.parent / f"{commit}.ready").unlink()
    assert fleet.cells(commit) == ["acme"]
    shutil.rmtree(place.fleet)
    assert fleet.cells(commit) == ["acme"]


def test_old_trees_go_unless_they_are_used(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "TREES_KEPT", 1)
    place = Location(fleet=fleet.folder, environment=fleet.environment)
    first, second, third = fleet.commit(), fleet.commit(), fleet.commit(globex="{}\n")
    long_ago = time.time() - checkout.TREE_IDLE_SECONDS - 1

    def aged() -> None:
        for file in fleet.folder.glob("cache/cellwright/repositories/*/trees/*.ready"):
            os.utime(file, (long_ago, long_ago))

    fleet.at(first)
    fleet.at(second)
    assert fleet.trees() == {first, second}, "both may be about to be used"
    with session_at(fleet.url, first, place) as session:
        aged()
        fleet.at(third)
        assert fleet.trees() == {first, third}
        assert [cell.cell for cell in session.usable().fleet.cells] == ["acme"]
    aged()
    fleet.at(second)
    assert fleet.trees() == {second}
    assert fleet.cells(first) == ["acme"]


def test_a_cache_folder_of_somebody_else_is_refused(fleet: Fleet) -> None:
    commit = fleet.commit()
    (fleet.folder / "cache/cellwright").mkdir(parents=True)
    (fleet.folder / "elsewhere").mkdir()
    (fleet.folder / "cache/cellwright/repositories").symlink_to(fleet.folder / "elsewhere")
    with pytest.raises(DiagnosticError, match="is not used: it is a symbolic link"):
        fleet.at(commit)


def test_a_cache_folder_that_can_not_be_made(fleet: Fleet) -> None:
    commit = fleet.commit()
    (fleet.folder / "cache").write_text("a file")
    with pytest.raises(DiagnosticError, match=r"can't be made.*XDG_CACHE_HOME"):
        fleet.at(commit)
