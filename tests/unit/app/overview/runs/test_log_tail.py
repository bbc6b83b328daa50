"""A log is read by whole lines, from where one has come to."""

from pathlib import Path

import pytest

from cellwright.app.overview.runs.log_tail import LogPlace, log_after, log_tail
from cellwright.model.diagnostic import DiagnosticError


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
