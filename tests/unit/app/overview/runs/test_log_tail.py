"""A log is read by whole lines, from where one has come to."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.history.logs import StoredLog, UnitLog
from cellwright.app.overview.runs.log_tail import LogPlace, added_to, log_after, log_tail, tail_of
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import APP


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app.log"


def test_the_end_has_its_line_numbers(path: Path) -> None:
    path.write_text("".join(f"line {number}\n" for number in range(1, 11)) + "half")
    found = log_tail(path, lines=3)
    assert found.numbered == ((8, "line 8"), (9, "line 9"), (10, "line 10"))
    assert found.end.line == 10


def test_what_is_added_follows_without_a_gap(path: Path) -> None:
    path.write_bytes(b"one\ntw")
    first = log_tail(path)
    with path.open("ab") as file:
        file.write("o\nthree\nfo\u00fc".encode()[:-1])
    more = log_after(path, first.end)
    assert more.numbered == ((2, "two"), (3, "three"))
    assert log_after(path, more.end).lines == ()
    with path.open("ab") as file:
        file.write(b"\xbc\n")
    assert log_after(path, more.end).numbered == ((4, "fo\u00fc"),)


def test_a_log_that_was_begun_anew_is_read_from_its_beginning(path: Path) -> None:
    path.write_text("a long first line\n")
    end = log_tail(path).end
    path.write_text("new\n")
    assert log_after(path, end).numbered == ((1, "new"),)


def test_bytes_that_are_no_text_and_signs_that_can_not_be_seen_are_shown(path: Path) -> None:
    path.write_bytes(b"\xff\x1b[0m\ttab\r\n")
    assert log_tail(path).lines == ("\ufffd\\u001b[0m\ttab",)


def test_an_empty_log_has_no_lines(path: Path) -> None:
    path.touch()
    assert (log_tail(path).lines, log_tail(path).end) == ((), LogPlace())


def test_a_log_that_can_not_be_read_is_told(path: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"the log .* can't be read"):
        log_tail(path)


class Stored(StoredLog):
    """A log in the store, as it has come so far."""

    def lines(self) -> Iterator[str]:
        yield from ("first", "sec\x1bond", "thi")


def test_a_stored_log_is_read_by_lines_and_its_last_one_may_still_grow() -> None:
    log = UnitLog(APP, Stored(None, "R", APP))  # type: ignore[arg-type]  # no store is asked
    assert tail_of(log, lines=2).numbered == ((2, "sec\\u001bond"), (3, "thi"))
    assert added_to(log, LogPlace(0, 1)).numbered == ((2, "sec\\u001bond"),)
    assert added_to(log, LogPlace(0, 2)).lines == ()


def test_a_log_here_is_read_by_bytes(path: Path) -> None:
    path.write_text("one\ntwo\n")
    log = UnitLog(APP, path)
    assert tail_of(log, lines=1).numbered == ((2, "two"),)
    assert added_to(log, LogPlace(4, 1)).numbered == ((2, "two"),)


def test_a_large_log_is_not_held_in_memory(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(200):
            file.write((b"x" * 99 + b"\n") * 1_000)
    tracemalloc.start()
    try:
        found = log_tail(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found.end.line, found.end.offset) == (200_000, 20_000_000)
    assert most < 4_000_000
