import os
from pathlib import Path

import pytest

from cellwright.files.ownership import changed_by_others, trusted_owners, user_name
from second_user import OTHER, need_second_user


def test_what_only_this_user_may_change(tmp_path: Path) -> None:
    (tmp_path / "file").touch(0o644)
    assert changed_by_others(tmp_path / "file") is None


@pytest.mark.parametrize("place", [".", "folder", "folder/file"])
def test_what_everybody_may_change_says_where(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()
    (tmp_path / place).chmod(0o777)
    assert changed_by_others(tmp_path / "folder" / "file") == f"everybody may write to {tmp_path / place}"


def test_above_it_a_folder_in_which_each_may_rename_only_what_is_theirs_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tmp_path.chmod(0o1777)
    assert changed_by_others(tmp_path / "file") is None
    assert changed_by_others(tmp_path) is not None


def test_what_a_link_leads_to_counts(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path / "open")
    assert changed_by_others(tmp_path / "link") is not None


def test_what_belongs_to_another_user_says_whose_it_is(tmp_path: Path) -> None:
    need_second_user()
    (tmp_path / "file").touch()
    os.chown(tmp_path / "file", OTHER, OTHER)
    assert changed_by_others(tmp_path / "file") == f"{tmp_path / 'file'} belongs to user {OTHER}"


def test_a_group_that_lets_somebody_in_counts(tmp_path: Path) -> None:
    need_second_user()
    (tmp_path / "file").touch(0o664)
    (tmp_path / "file").chmod(0o664)
    os.chown(tmp_path / "file", 0, OTHER)
    assert "may write" in (changed_by_others(tmp_path / "file") or "")
    os.chown(tmp_path / "file", 0, 0)
    assert changed_by_others(tmp_path / "file") is None


def test_root_obeys_whoever_started_it_through_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert trusted_owners({"SUDO_UID": "1000"}) == {0, 1000}
    assert trusted_owners({"SUDO_UID": "x"}) == trusted_owners({}) == {0}
    monkeypatch.setattr(os, "geteuid", lambda: 1001)
    assert trusted_owners({"SUDO_UID": "1000"}) == {1001}, "only root is told who started it"


def test_users_have_names() -> None:
    assert user_name(0) == "root"
    assert user_name(OTHER) == f"user {OTHER}"
