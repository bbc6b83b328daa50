import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cellwright.app.session.repository.work_tree import WorkTreeMark, mark_of
from unit.app.kit import NOBODY, make_fleet, put_under_git


def mark(root: Path, *others: Path) -> WorkTreeMark:
    return mark_of(root, others, NOBODY)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    return tmp_path / "fleet"


def rewrite(root: Path) -> None:
    """Another content of the same size."""
    (root / "clients/acme.yaml").write_text("[]\n")
    os.utime(root / "clients/acme.yaml", ns=(1, time.time_ns()))


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": rewrite,
    "new": lambda root: (root / "clients/new.yaml").touch(),
    "removed": lambda root: (root / "clients/acme.yaml").unlink(),
    "renamed": lambda root: (root / "clients/acme.yaml").rename(root / "clients/b.yaml"),
    "in a stack": lambda root: (root / "stack/more.tf").touch(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_another_mark(root: Path, change: str) -> None:
    before = mark(root)
    assert mark(root) == before
    CHANGES[change](root)
    assert mark(root) != before


def test_a_commit_makes_another_mark(root: Path) -> None:
    outside = mark(root)
    assert outside.commit is None
    put_under_git(root)
    inside = mark(root)
    assert inside.commit is not None
    assert inside != outside


def test_what_cellwright_and_git_write_for_themselves_makes_no_other(root: Path) -> None:
    put_under_git(root)
    before = mark(root)
    for name in (".cellwright/ledger.db", ".git/anything", "stack/.terraform/x"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    assert mark(root) == before


def test_folders_elsewhere_are_looked_at_and_those_inside_not_twice(root: Path, tmp_path: Path) -> None:
    stack = tmp_path / "stack"
    stack.mkdir()
    before = mark(root, stack, root / "stack", stack / "../stack")
    assert set(before.folders) == {root, stack}
    (stack / "main.tf").touch()
    assert mark(root, stack) != before


def test_a_mark_is_unsettled_while_a_file_may_still_change_unseen(root: Path) -> None:
    long_ago = time.time() - 60
    for path in [item for item in root.rglob("*") if item.is_file()]:
        os.utime(path, (long_ago, long_ago))
    assert mark(root).settled
    os.utime(root / "clients/acme.yaml")
    assert not mark(root).settled


def test_a_folder_that_is_not_there_is_like_an_empty_one(root: Path, tmp_path: Path) -> None:
    assert mark(root, tmp_path / "none") == mark(root, tmp_path / "none")
