"""An editor may open any file: a fleet that is not to be obeyed is refused there as everywhere."""

from pathlib import Path

import pytest
from pygls.uris import from_fs_path

from cellwright.editor.fleets import Fleets
from cellwright.model.diagnostic import DiagnosticError
from second_user import give_away, need_second_user
from unit.app.kit import NOBODY, make_fleet


def opened(file: Path) -> None:
    fleets = Fleets(NOBODY)
    try:
        assert fleets.of(from_fs_path(str(file)) or "") is not None
    finally:
        fleets.close()


def test_a_fleet_is_found_from_a_file_in_it(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    opened(tmp_path / "clients" / "acme.yaml")


def test_a_fleet_whose_home_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    (tmp_path / "fleet" / ".cellwright").symlink_to(tmp_path)
    with pytest.raises(DiagnosticError, match="is a symbolic link"):
        opened(tmp_path / "fleet" / "clients" / "acme.yaml")


def test_a_fleet_of_another_user_is_refused(tmp_path: Path) -> None:
    need_second_user()
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    give_away(root, root / "fleet.yaml")
    with pytest.raises(DiagnosticError, match="belongs to"):
        opened(root / "clients" / "acme.yaml")
