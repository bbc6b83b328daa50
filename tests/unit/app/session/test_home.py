import os
import stat
from pathlib import Path

import pytest

from cellwright.app.session.home import Home
from cellwright.model.diagnostic import DiagnosticError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_closed_to_others_and_ignored_by_git(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.prepare()
    assert mode(home.folder) == 0o700
    assert (home.folder / ".gitignore").read_text() == "*\n"
    home.prepare()


def test_one_that_others_can_enter_is_closed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.folder.mkdir()
    home.folder.chmod(0o755)
    home.prepare()
    assert mode(home.folder) == 0o700


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / ".cellwright").write_text("in the way")
    with pytest.raises(DiagnosticError, match="is no folder"):
        Home(tmp_path).prepare()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DiagnosticError, match="can't be written"):
        Home(tmp_path).prepare()


def test_the_ledger_is_where_it_was_said_to_be(tmp_path: Path) -> None:
    home = Home(tmp_path)
    named = {"CELLWRIGHT_LEDGER": "postgresql://db/named"}
    assert home.ledger_url("sqlite:////chosen.db", named) == "sqlite:////chosen.db"
    assert home.ledger_url(None, named) == "postgresql://db/named"
    assert home.ledger_url(None, {}) == f"sqlite:///{tmp_path}/.cellwright/ledger.db"
