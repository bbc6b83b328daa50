"""What commits did to files, and what the files held then: with the real git."""

import os
from pathlib import Path

from cellwright.git.history import changes_of, contents
from cellwright.git.repository import Repository
from unit.git.origins import git

DIGIT = "/[0-9]"


def repository(tmp_path: Path) -> Repository:
    root = tmp_path / "fleet"
    root.mkdir()
    return Repository.create(root, os.environ)


def commit(fleet: Repository, files: dict[str, str | bytes | None], message: str = "m") -> str:
    for name, content in files.items():
        path = fleet.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    git("add", "-A", cwd=fleet.root)
    git("commit", "-qm", message, cwd=fleet.root)
    return fleet.head() or ""


def test_a_repository_without_a_commit_has_no_history(tmp_path: Path) -> None:
    assert changes_of(repository(tmp_path), [tmp_path / "fleet"], DIGIT) == ()


def test_commits_are_listed_oldest_first_with_changed_and_removed_files(tmp_path: Path) -> None:
    fleet = repository(tmp_path)
    first = commit(fleet, {"clients/ä b.yaml": "a: 1/2\n", "other/c.yaml": "a: 1/2\n"}, "first")
    commit(fleet, {"clients/ä b.yaml": "a: 1/2\nb: nothing\n"})
    third = commit(fleet, {"clients/ä b.yaml": None, "clients/d.yaml": "a: 3/4\n"}, "third")
    found = changes_of(fleet, [fleet.root / "clients"], DIGIT)
    assert [(item.commit.id, item.changed, item.removed) for item in found] == [
        (first, ("clients/ä b.yaml",), ()),
        (third, ("clients/d.yaml",), ("clients/ä b.yaml",)),
    ]
    assert [(item.commit.subject, item.commit.author.name) for item in found] == [
        ("first", "Ada"),
        ("third", "Ada"),
    ]


def test_a_merge_is_one_change_at_the_time_when_it_was_merged(tmp_path: Path) -> None:
    fleet = repository(tmp_path)
    commit(fleet, {"clients/a.yaml": "a: 1/2\n"})
    git("checkout", "-qb", "side", cwd=fleet.root)
    side = commit(fleet, {"clients/b.yaml": "a: 3/4\n"})
    git("checkout", "-q", "-", cwd=fleet.root)
    commit(fleet, {"readme": "x"})
    git("merge", "-q", "--no-ff", "-m", "merged", "side", cwd=fleet.root)
    found = changes_of(fleet, [fleet.root / "clients"], DIGIT)
    assert [item.commit.subject for item in found] == ["m", "merged"]
    assert found[1].changed == ("clients/b.yaml",)
    assert side not in [item.commit.id for item in found]


def test_a_folder_that_is_gone_still_has_a_history(tmp_path: Path) -> None:
    fleet = repository(tmp_path)
    commit(fleet, {"clients/a.yaml": "a: 1/2\n"})
    commit(fleet, {"clients/a.yaml": None})
    assert len(changes_of(fleet, [fleet.root / "clients"], DIGIT)) == 2


def test_contents_are_what_files_held_then(tmp_path: Path) -> None:
    fleet = repository(tmp_path)
    first = commit(fleet, {"a b.yaml": "ä: 1\n", "empty": "", "binary": b"\xff\n\x00"})
    second = commit(fleet, {"a b.yaml": "b: 2\n"})
    wanted = [
        (first, "a b.yaml"),
        (second, "a b.yaml"),
        (first, "no such"),
        (first, "empty"),
        (first, "binary"),
        (second, "a b.yaml"),
    ]
    assert list(contents(fleet, wanted)) == ["ä: 1\n", "b: 2\n", None, "", None, "b: 2\n"]
    assert list(contents(fleet, [])) == []
