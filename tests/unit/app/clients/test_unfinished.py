import os
from pathlib import Path

import pytest

from cellwright.app.clients.unfinished import (
    own_settings,
    places_of,
    refuse_dirty,
    removed_uncommitted,
    says_already,
    was_never_committed,
)
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json, Value
from unit.app.kit import make_fleet, put_under_git


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_fleet(tmp_path, acme="tier: gold\n")
    put_under_git(tmp_path)
    return tmp_path


def repository(root: Path) -> Repository:
    found = Repository.containing(root, os.environ)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({}, True),
        ({"tier": "gold"}, True),
        ({"stacks": {"app": {"size": 3}}}, True),
        ({"tier": "silver"}, False),
        ({"stacks": {"app": {"size": 4}}}, False),
        ({"stacks": {"app": 3}}, False),
        ({"account": "prod"}, False),
    ],
)
def test_settings_say_what_is_wanted_or_not(wanted: Json, *, said: bool) -> None:
    own: Value = {"tier": "gold", "stacks": {"app": {"size": 3, "more": True}}}
    assert says_already(own, wanted) is said


def test_a_cell_s_own_settings_are_those_of_its_file_or_folder(root: Path) -> None:
    assert own_settings(root, "clients/acme.yaml") == {"tier": "gold"}
    folder = root / "clients/globex"
    folder.mkdir()
    (folder / "client.yaml").write_text("tier: silver\n")
    (folder / "more.yaml").write_text("zone: a\n")
    assert own_settings(root, "clients/globex") == {"tier": "silver", "zone": "a"}


def test_what_was_only_written_was_never_committed(root: Path) -> None:
    (root / "clients/new.yaml").write_text("{}\n")
    assert was_never_committed(repository(root), root, "clients/new.yaml")
    assert not was_never_committed(repository(root), root, "clients/acme.yaml")
    assert not was_never_committed(None, root, "clients/new.yaml")


def test_anything_uncommitted_is_refused_but_what_is_ours(root: Path) -> None:
    refuse_dirty(repository(root))
    (root / "clients/new.yaml").write_text("{}\n")
    with pytest.raises(DiagnosticError, match=r"not committed: clients/new.yaml"):
        refuse_dirty(repository(root))
    assert refuse_dirty(repository(root), (root / "clients/new.yaml",)) is not None
    (root / "defaults.yaml").write_text("tier: x\n")
    with pytest.raises(DiagnosticError, match=r"not committed: defaults.yaml"):
        refuse_dirty(repository(root), (root / "clients/new.yaml",))


def test_many_changes_are_not_all_listed(root: Path) -> None:
    for number in range(9):
        (root / f"clients/n{number}.yaml").write_text("{}\n")
    with pytest.raises(DiagnosticError, match=r"n4.yaml, …"):
        refuse_dirty(repository(root))


def test_outside_git_nothing_is_dirty(tmp_path: Path) -> None:
    assert refuse_dirty(None) is None
    assert removed_uncommitted(None, places_of(tmp_path, "clients", "acme")) == ()


def test_a_removed_file_is_found_until_that_is_committed(root: Path) -> None:
    places = places_of(root, "clients", "acme")
    assert removed_uncommitted(repository(root), places) == ()
    (root / "clients/acme.yaml").unlink()
    assert removed_uncommitted(repository(root), places) == (root / "clients/acme.yaml",)
    repository(root).commit([root / "clients/acme.yaml"], "Gone\n")
    assert removed_uncommitted(repository(root), places) == ()


def test_released_blocks_alone_are_no_offboarding(root: Path) -> None:
    (root / "released-addresses.yaml").write_text("[]\n")
    assert removed_uncommitted(repository(root), places_of(root, "clients", "acme")) == ()
