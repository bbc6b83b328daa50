"""The file of neighbours, also when two processes update it at the same time."""

import os
from pathlib import Path

import pytest

from cellwright.files.cache_file import cache_stamp
from cellwright.files.lock import locked
from cellwright.fleet.cache.neighbours import (
    UNKNOWN,
    NeighbourFile,
    Neighbours,
    NeighbourUpdate,
    folder_stamps,
    state_digests,
)
from unit.fleet.workbench import write

ONE, TWO, THREE = (state_digests([f"{number:032x}"[::-1]]) for number in (1, 2, 3))


def update(
    states: frozenset[bytes], stamp: int = 7, *, complete: bool = True, start: int | None = None
) -> NeighbourUpdate:
    return NeighbourUpdate(stamp, states, ((start, start + 9),) if start is not None else (), complete)


@pytest.fixture
def file(tmp_path: Path) -> NeighbourFile:
    return NeighbourFile(tmp_path / "neighbours", cache_stamp("a"))


def known(file: NeighbourFile) -> Neighbours:
    found = file.read()
    assert found is not None
    return found


def test_a_state_that_nobody_can_share_has_no_mark() -> None:
    assert state_digests([None, "00" * 16]) == {bytes(8)}


def test_what_was_learnt_is_known_from_then_on(file: NeighbourFile) -> None:
    assert file.update({"acme": update(ONE)}) is None, "one cell alone says nothing of the others"
    file.replace({"acme": update(ONE), "globex": update(TWO)}, b"origin", None)
    updated = file.update({"acme": update(THREE, 8)})
    assert updated == known(file)
    assert updated is not None
    assert updated.origin == b""
    assert updated.cells == {"acme": (8, *b_of(THREE)), "globex": (7, *b_of(TWO))}


def b_of(states: frozenset[bytes]) -> tuple[bytes, tuple[()]]:
    return b"".join(sorted(states)), ()


def test_nothing_new_is_not_written_and_who_is_gone_is_forgotten_in_time(file: NeighbourFile) -> None:
    file.replace({"acme": update(ONE), "globex": update(TWO)}, b"origin", None)
    before = known(file)
    assert file.update({"acme": update(ONE)}) == before
    assert known(file) == before
    file.replace({"acme": update(ONE)}, b"origin", before)
    assert known(file).cells.keys() == {"acme"}


def test_only_what_is_new_waits_for_the_lock(
    file: NeighbourFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cellwright.fleet.cache.neighbours._LOCK_SECONDS", 0.05)
    file.replace({"acme": update(ONE)}, b"origin", None)

    with locked(tmp_path / ".neighbours.lock", timeout=1, busy="busy", advice="wait"):
        assert file.update({"acme": update(ONE)}) == known(file)
        assert file.update({"acme": update(TWO, 8)}) is None


def test_who_cannot_be_read_is_still_what_it_was(file: NeighbourFile) -> None:
    file.replace({"acme": update(ONE, start=10)}, b"", None)
    file.update({"acme": update(TWO, 8, complete=False, start=30)})
    stamp, states, blocks = known(file).cells["acme"]
    assert (stamp, states, blocks) == (8, b"".join(sorted(ONE | TWO)), ((10, 19), (30, 39)))
    file.replace({"acme": update(frozenset(), 9, complete=False)}, b"", known(file))
    assert known(file).cells["acme"] == (9, states, blocks)


def test_who_is_told_otherwise_by_two_at_once_is_to_be_looked_at(file: NeighbourFile) -> None:
    file.replace({"acme": update(ONE), "globex": update(TWO)}, b"origin", None)
    at_start = known(file)
    file.update({"acme": update(THREE)})
    file.replace({"acme": update(ONE), "globex": update(TWO)}, b"origin", at_start)
    assert known(file).origin == b""
    assert known(file).changed({"acme": 7, "globex": 7}) == ["acme"]
    # Nobody in between: the last word counts.
    file.replace({"acme": update(ONE), "globex": update(TWO)}, b"origin", known(file))
    assert known(file).changed({"acme": 7, "globex": 7}) == []
    file.replace({"acme": update(TWO)}, b"origin", None)
    assert known(file).cells["acme"] == (UNKNOWN, b"".join(sorted(ONE | TWO)), ())
    # Who came while everything was loaded is not forgotten for it.
    assert known(file).cells["globex"] == (UNKNOWN, *b_of(TWO))


def test_changed_cells_are_new_have_another_stamp_or_are_unknown(file: NeighbourFile) -> None:
    file.replace({"acme": update(ONE), "globex": update(TWO, UNKNOWN)}, b"", None)
    assert known(file).changed({"acme": 7}) == []
    stamps = {"acme": 8, "globex": UNKNOWN, "new": 1}
    assert known(file).changed(stamps) == ["acme", "globex", "new"]


def test_conflicting_cells_have_a_state_or_an_address_of_ones_own(file: NeighbourFile) -> None:
    cells = {
        "acme": update(ONE, start=100),
        "states": update(ONE | TWO),
        "inside": update(THREE, start=104),
        "beside": update(TWO, start=110),
        "nothing": update(frozenset()),
    }
    file.replace(cells, b"", None)
    assert known(file).conflicting(ONE, [(100, 109)], {"acme"}) == ["states", "inside"]
    assert known(file).conflicting(ONE, [(100, 109)], cells) == []
    assert known(file).conflicting(frozenset(), [], {"acme"}) == []


def test_of_another_fleet_nothing_is_known(file: NeighbourFile, tmp_path: Path) -> None:
    file.replace({"acme": update(ONE)}, b"", None)
    assert NeighbourFile(tmp_path / "neighbours", cache_stamp("b")).read() is None


def test_what_cannot_be_written_is_not_updated(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file = NeighbourFile(tmp_path / "folder" / "neighbours", cache_stamp("a"))
    file.replace({"acme": update(ONE)}, b"", None)
    content = (tmp_path / "folder" / "neighbours").read_bytes()
    (tmp_path / "file").write_text("")
    nowhere = NeighbourFile(tmp_path / "file" / "neighbours", cache_stamp("a"))
    nowhere.replace({"acme": update(ONE)}, b"", None)
    assert nowhere.update({}) is None
    assert (tmp_path / "folder" / "neighbours").read_bytes() == content


def test_a_write_that_fails_is_not_taken_for_known(
    file: NeighbourFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.replace({"acme": update(ONE)}, b"", None)
    monkeypatch.setattr("cellwright.fleet.cache.neighbours.write_cache", lambda *_: False)
    assert file.update({"acme": update(TWO)}) is None


def test_of_two_at_once_the_later_one_sees_the_other(file: NeighbourFile) -> None:
    file.replace({"acme": update(ONE), "globex": update(TWO)}, b"", None)
    first, second = file.update({"acme": update(THREE, 8)}), file.update({"globex": update(THREE, 8)})
    assert first is not None
    assert second is not None
    assert first.conflicting(THREE, [], {"acme"}) == []
    assert second.conflicting(THREE, [], {"globex"}) == ["acme"]


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.fleet.cache.neighbours._TIME_RESOLUTION", -(10**18))


@pytest.mark.usefixtures("long_ago")
def test_everything_that_may_be_a_cell_has_a_mark(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "clients/acme.yaml": "",
            "clients/globex/client.yaml": "",
            "clients/wrong.yml": "",
            "clients/README.md": "",
            "clients/.hidden.yaml": "",
            "clients/.hidden/a.yaml": "",
        },
    )
    stamps = folder_stamps(tmp_path, "clients")
    assert sorted(stamps) == ["acme", "globex", "wrong"]
    assert UNKNOWN not in stamps.values()
    assert folder_stamps(tmp_path, "clients") == stamps


@pytest.mark.usefixtures("long_ago")
def test_another_content_another_mark(tmp_path: Path) -> None:
    write(tmp_path, {"clients/acme.yaml": "a", "clients/globex/a.yaml": "a"})
    for name, path in (("acme", "clients/acme.yaml"), ("globex", "clients/globex/b.yaml")):
        before = folder_stamps(tmp_path, "clients")
        write(tmp_path, {path: "more"})
        os.utime(tmp_path / "clients" / "globex", ns=(5, 5))
        after = folder_stamps(tmp_path, "clients")
        assert before[name] != after[name]


@pytest.mark.usefixtures("long_ago")
def test_a_file_and_a_folder_of_one_name_have_one_mark_of_both(tmp_path: Path) -> None:
    write(tmp_path, {"clients/acme.yaml": "a", "clients/acme/a.yaml": "a"})
    stamps = set()
    for path in ("clients/acme.yaml", "clients/acme"):
        os.utime(tmp_path / path, ns=(7, 7))
        stamps.add(folder_stamps(tmp_path, "clients")["acme"])
    assert len(stamps) == 2


def test_what_was_written_just_now_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"clients/acme.yaml": "a", "clients/acme/a.yaml": "a"})
    monkeypatch.setattr("cellwright.fleet.cache.neighbours._TIME_RESOLUTION", 10**18)
    assert folder_stamps(tmp_path, "clients") == {"acme": UNKNOWN}


def test_a_link_that_leads_nowhere_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    (tmp_path / "clients/acme.yaml").symlink_to("nowhere")
    assert folder_stamps(tmp_path, "clients") == {"acme": UNKNOWN}


@pytest.mark.parametrize("folder", ["nowhere", "a\0b"])
def test_a_folder_that_cannot_be_listed_has_nothing(tmp_path: Path, folder: str) -> None:
    assert folder_stamps(tmp_path, folder) == {}
