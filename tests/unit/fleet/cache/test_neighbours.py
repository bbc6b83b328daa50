"""What is known of other cells, and what happens where two processes learn at once."""

from pathlib import Path

import pytest

from cellwright.files.cache_file import cache_stamp
from cellwright.fleet.cache.dirty_cells import UNKNOWN
from cellwright.fleet.cache.neighbours import NeighbourFile, Neighbours, Seen, state_marks

ONE, TWO, THREE = (state_marks([f"{number:032x}"[::-1]]) for number in (1, 2, 3))


def seen(states: frozenset[bytes], mark: int = 7, *, whole: bool = True, span: int | None = None) -> Seen:
    return Seen(mark, states, ((span, span + 9),) if span is not None else (), whole)


@pytest.fixture
def file(tmp_path: Path) -> NeighbourFile:
    return NeighbourFile(tmp_path / "neighbours", cache_stamp("a"))


def known(file: NeighbourFile) -> Neighbours:
    found = file.read()
    assert found is not None
    return found


def test_a_state_that_nobody_can_share_has_no_mark() -> None:
    assert state_marks([None, "00" * 16]) == {bytes(8)}


def test_what_was_learnt_is_known_from_then_on(file: NeighbourFile) -> None:
    assert file.learn({"acme": seen(ONE)}) is None, "one cell alone says nothing of the others"
    file.settle({"acme": seen(ONE), "globex": seen(TWO)}, b"origin", None)
    learnt = file.learn({"acme": seen(THREE, 8)})
    assert learnt == known(file)
    assert learnt is not None
    assert learnt.origin == b""
    assert learnt.cells == {"acme": (8, *b_of(THREE)), "globex": (7, *b_of(TWO))}


def b_of(states: frozenset[bytes]) -> tuple[bytes, tuple[()]]:
    return b"".join(sorted(states)), ()


def test_nothing_new_is_not_written_and_who_is_gone_is_forgotten_in_time(file: NeighbourFile) -> None:
    file.settle({"acme": seen(ONE), "globex": seen(TWO)}, b"origin", None)
    before = known(file)
    assert file.learn({"acme": seen(ONE)}) == before
    assert known(file) == before
    file.settle({"acme": seen(ONE)}, b"origin", before)
    assert known(file).cells.keys() == {"acme"}


def test_who_cannot_be_read_is_still_what_it_was(file: NeighbourFile) -> None:
    file.settle({"acme": seen(ONE, span=10)}, b"", None)
    file.learn({"acme": seen(TWO, 8, whole=False, span=30)})
    mark, states, spans = known(file).cells["acme"]
    assert (mark, states, spans) == (8, b"".join(sorted(ONE | TWO)), ((10, 19), (30, 39)))
    file.settle({"acme": seen(frozenset(), 9, whole=False)}, b"", known(file))
    assert known(file).cells["acme"] == (9, states, spans)


def test_who_is_told_otherwise_by_two_at_once_is_to_be_looked_at(file: NeighbourFile) -> None:
    file.settle({"acme": seen(ONE), "globex": seen(TWO)}, b"origin", None)
    at_start = known(file)
    file.learn({"acme": seen(THREE)})
    file.settle({"acme": seen(ONE), "globex": seen(TWO)}, b"origin", at_start)
    assert known(file).origin == b""
    assert known(file).strange({"acme": 7, "globex": 7}) == ["acme"]
    # Nobody in between: the last word counts.
    file.settle({"acme": seen(ONE), "globex": seen(TWO)}, b"origin", known(file))
    assert known(file).strange({"acme": 7, "globex": 7}) == []
    file.settle({"acme": seen(TWO)}, b"origin", None)
    assert known(file).cells["acme"] == (UNKNOWN, b"".join(sorted(ONE | TWO)), ())
    # Who came while everything was loaded is not forgotten for it.
    assert known(file).cells["globex"] == (UNKNOWN, *b_of(TWO))


def test_strange_is_who_is_new_or_touched_or_not_known_for_sure(file: NeighbourFile) -> None:
    file.settle({"acme": seen(ONE), "globex": seen(TWO, UNKNOWN)}, b"", None)
    assert known(file).strange({"acme": 7}) == []
    marks = {"acme": 8, "globex": UNKNOWN, "new": 1}
    assert known(file).strange(marks) == ["acme", "globex", "new"]


def test_suspects_have_a_state_or_an_address_of_ones_own(file: NeighbourFile) -> None:
    cells = {
        "acme": seen(ONE, span=100),
        "states": seen(ONE | TWO),
        "inside": seen(THREE, span=104),
        "beside": seen(TWO, span=110),
        "nothing": seen(frozenset()),
    }
    file.settle(cells, b"", None)
    assert known(file).suspects(ONE, [(100, 109)], {"acme"}) == ["states", "inside"]
    assert known(file).suspects(ONE, [(100, 109)], cells) == []
    assert known(file).suspects(frozenset(), [], {"acme"}) == []


def test_of_another_fleet_nothing_is_known(file: NeighbourFile, tmp_path: Path) -> None:
    file.settle({"acme": seen(ONE)}, b"", None)
    assert NeighbourFile(tmp_path / "neighbours", cache_stamp("b")).read() is None


def test_what_cannot_be_written_is_not_learnt(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file = NeighbourFile(tmp_path / "folder" / "neighbours", cache_stamp("a"))
    file.settle({"acme": seen(ONE)}, b"", None)
    content = (tmp_path / "folder" / "neighbours").read_bytes()
    (tmp_path / "file").write_text("")
    nowhere = NeighbourFile(tmp_path / "file" / "neighbours", cache_stamp("a"))
    nowhere.settle({"acme": seen(ONE)}, b"", None)
    assert nowhere.learn({}) is None
    assert (tmp_path / "folder" / "neighbours").read_bytes() == content


def test_a_write_that_fails_is_not_taken_for_known(
    file: NeighbourFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.settle({"acme": seen(ONE)}, b"", None)
    monkeypatch.setattr("cellwright.fleet.cache.neighbours.write_cache", lambda *_: False)
    assert file.learn({"acme": seen(TWO)}) is None


def test_of_two_at_once_the_later_one_sees_the_other(file: NeighbourFile) -> None:
    file.settle({"acme": seen(ONE), "globex": seen(TWO)}, b"", None)
    first, second = file.learn({"acme": seen(THREE, 8)}), file.learn({"globex": seen(THREE, 8)})
    assert first is not None
    assert second is not None
    assert first.suspects(THREE, [], {"acme"}) == []
    assert second.suspects(THREE, [], {"globex"}) == ["acme"]
