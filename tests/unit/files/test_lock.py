import errno
import fcntl
from pathlib import Path

import pytest

from cellwright.files.lock import turn


def test_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.files.lock._LONGEST", 0.05)
    with turn(tmp_path / "new" / "lock") as first:
        assert first
        with turn(tmp_path / "new" / "lock") as second:
            assert not second
    with turn(tmp_path / "new" / "lock") as third:
        assert third


def test_where_no_file_can_be_made_nobody_has_a_turn(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with turn(tmp_path / "file" / "lock") as mine:
        assert not mine


def test_a_file_system_without_locks_gives_no_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: object, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with turn(tmp_path / "lock") as mine:
        assert not mine
