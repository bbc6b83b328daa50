from pathlib import Path

from cellwright.app.session.identity import identify
from cellwright.model.actor import Actor
from unit.app.kit import NOBODY, make_fleet, put_under_git


def test_who_acts_is_named_then_git_s_then_the_login_s(tmp_path: Path) -> None:
    make_fleet(tmp_path)
    named = {**NOBODY, "CELLWRIGHT_ACTOR": " jenkins for ada "}
    assert identify(tmp_path, named) == Actor("jenkins for ada", "environment")
    unnamed = {**NOBODY, "CELLWRIGHT_ACTOR": " "}
    login = identify(tmp_path, unnamed)
    assert "@" in login.name
    assert login.vouched_by == "login"
    put_under_git(tmp_path)
    assert identify(tmp_path, unnamed) == Actor("Ada <ada@example.com>", "git")
