"""Copies of repositories that nobody uses: only what can be fetched again, and nothing that is in use."""

import os
import time
from pathlib import Path

import pytest

from cellwright.app.session.repository.unused import IN_USE, in_use, lock_of_cache, unused_copies

DAY = 24 * 3600.0


@pytest.fixture(name="environment")
def _environment(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def old(*paths: Path) -> None:
    for path in paths:
        os.utime(path, (time.time() - 10 * DAY,) * 2)


def cached(home: Path, name: str) -> Path:
    folder = home / ".cache" / "cellwright" / "repositories" / name
    (folder / "mirror.git").mkdir(parents=True)
    return folder


def served(home: Path, name: str) -> Path:
    folder = home / ".local" / "share" / "cellwright" / "servers" / name / "main"
    (folder / "clone").mkdir(parents=True)
    (folder / "kept").mkdir()
    (folder / "kept" / "ledger.db").touch()
    return folder


def test_what_nobody_has_used_for_long_goes(tmp_path: Path, environment: dict[str, str]) -> None:
    unused, new, lately = (cached(tmp_path, name) for name in ("unused", "new", "lately"))
    old(unused, lately)
    with in_use(lock_of_cache(lately)):
        pass
    found = list(unused_copies(environment, time.time() - DAY))
    assert [item.folder for item in found] == [unused]
    assert found[0].remove()
    assert not unused.exists()
    assert new.exists()


def test_of_a_server_only_the_clone_goes(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = served(tmp_path, "one")
    with in_use(folder / IN_USE):
        pass
    old(folder / IN_USE)
    (found,) = unused_copies(environment, time.time() - DAY)
    assert found.remove()
    assert not (folder / "clone").exists()
    assert (folder / "kept" / "ledger.db").exists()
    assert list(unused_copies(environment, time.time() - DAY)) == []


def test_what_is_in_use_stays_however_long_ago_that_began(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    folder = served(tmp_path, "one")
    with in_use(folder / IN_USE):
        old(folder / IN_USE)
        (found,) = unused_copies(environment, time.time() - DAY)
        assert not found.remove()
    assert (folder / "clone").exists()


def test_what_was_used_just_now_stays_though_nothing_is_to_be_kept(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    cached(tmp_path, "new")
    assert list(unused_copies(environment, time.time() + DAY)) == []


def test_a_link_is_not_followed(tmp_path: Path, environment: dict[str, str]) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    old(other)
    place = cached(tmp_path, "new").with_name("link")
    place.symlink_to(other)
    assert list(unused_copies(environment, time.time() - DAY)) == []
