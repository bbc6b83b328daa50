"""Paths of what belongs to a unit, and file names for any text."""

from pathlib import Path

from cellwright.files.names import hashed_name, unit_path, unit_paths
from cellwright.model.address import UnitAddress

UNIT = UnitAddress("client", "acme", "app")


def test_what_lies_at_a_unit_s_place_is_found_again(tmp_path: Path) -> None:
    path = unit_path(tmp_path, UNIT, ".log")
    assert path == tmp_path / "client" / "acme" / "app.log"
    path.parent.mkdir(parents=True)
    path.touch()
    for other in ("Client/acme/app.log", "client/acme/app.txt", ".states/acme/app.log"):
        (tmp_path / other).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / other).touch()
    assert list(unit_paths(tmp_path, ".log")) == [(UNIT, path)]


def test_any_text_gives_a_plain_name_of_its_own() -> None:
    names = [hashed_name(text) for text in ("", "a", "../b", "https://host/é\0")]
    assert len(set(names)) == 4
    assert all(len(name) == 24 and name.isalnum() for name in names)
