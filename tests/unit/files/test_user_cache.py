import os
from pathlib import Path

import pytest

from cellwright.files.user_cache import caches_without_fleet, open_fleet_cache, user_cache
from cellwright.model.diagnostic import DiagnosticError
from second_user import OTHER, need_second_user


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def fleet(tmp_path: Path, name: str = "fleet") -> Path:
    root = tmp_path / name
    root.mkdir(exist_ok=True)
    return root


def test_each_fleet_has_its_own_closed_to_others(tmp_path: Path, environment: dict[str, str]) -> None:
    one, two = (open_fleet_cache(environment, fleet(tmp_path, name)) for name in ("one", "two"))
    assert one != two
    assert one == open_fleet_cache(environment, tmp_path / "one")
    assert {path.stat().st_mode & 0o777 for path in (one, one.parent, user_cache(environment))} == {0o700}


def test_another_fleet_in_the_same_place_has_another_one(tmp_path: Path, environment: dict[str, str]) -> None:
    before = open_fleet_cache(environment, fleet(tmp_path))
    (tmp_path / "fleet").rename(tmp_path / "moved")
    assert open_fleet_cache(environment, fleet(tmp_path)) != before


def test_one_that_others_can_enter_is_closed(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = open_fleet_cache(environment, fleet(tmp_path))
    folder.chmod(0o777)
    assert open_fleet_cache(environment, tmp_path / "fleet").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_link_in_its_place_is_refused(tmp_path: Path, environment: dict[str, str], depth: int) -> None:
    folder = open_fleet_cache(environment, fleet(tmp_path))
    place = (folder, *folder.parents)[depth]
    place.rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").chmod(0o755)
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DiagnosticError, match="it is a symbolic link"):
        open_fleet_cache(environment, tmp_path / "fleet")
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o755


def test_one_of_another_user_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    need_second_user()
    os.chown(open_fleet_cache(environment, fleet(tmp_path)), OTHER, OTHER)
    with pytest.raises(DiagnosticError, match=f"it is a folder of user {OTHER}"):
        open_fleet_cache(environment, tmp_path / "fleet")


def test_where_none_can_be_made_its_place_is_given(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = open_fleet_cache({"XDG_CACHE_HOME": str(tmp_path / "file")}, fleet(tmp_path))
    assert not found.exists()


def test_those_of_fleets_that_are_gone_or_replaced_are_found(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    kept, gone, replaced = (
        open_fleet_cache(environment, fleet(tmp_path, name)) for name in ("kept", "gone", "replaced")
    )
    (tmp_path / "gone").rmdir()
    (tmp_path / "replaced").rename(tmp_path / "moved")
    fleet(tmp_path, "replaced")
    assert set(caches_without_fleet(environment)) == {gone, replaced}
    assert kept.is_dir()
    assert not list(caches_without_fleet({"XDG_CACHE_HOME": str(tmp_path / "nowhere")}))
