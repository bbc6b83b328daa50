import io
import threading
import time

import pytest

from cellwright.cli.progress.spinner import spinner


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _wait_for(stream: io.StringIO, text: str) -> None:
    while text not in stream.getvalue():
        time.sleep(0.005)


def _is_drawing() -> bool:
    return any(thread.name == "spinner" for thread in threading.enumerate())


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.cli.progress.spinner._DELAY", 0.01)
    monkeypatch.setattr("cellwright.cli.progress.spinner._INTERVAL", 0.01)


def test_a_spinner_is_shown_on_a_terminal_and_erased() -> None:
    stream = Terminal()
    with spinner(stream, "reading"):
        _wait_for(stream, "\r/ reading")
    assert stream.getvalue().endswith("\r         \r")
    assert not _is_drawing()


def test_a_message_that_counts_is_updated_and_erased() -> None:
    stream, said = Terminal(), iter(["999 of 1,000", "7"])
    last = "7"
    with spinner(stream, lambda: next(said, last)):
        _wait_for(stream, "999 of 1,000")
        _wait_for(stream, "- 7           ")
    assert stream.getvalue().endswith("\r" + " " * len("/ 999 of 1,000") + "\r")


def test_nothing_is_shown_in_a_pipe_at_first() -> None:
    stream = io.StringIO()
    with spinner(stream, "reading"):
        time.sleep(0.05)
    assert not stream.getvalue()


def test_a_line_now_and_then_is_written_to_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.cli.progress.spinner._LINE_INTERVAL", 0.01)
    stream, said = io.StringIO(), iter(["7 of 9"])
    with spinner(stream, lambda: next(said, "9 of 9")):
        _wait_for(stream, "\nstill 9 of 9 after ")
    assert stream.getvalue().startswith("still 7 of 9 after ")


def _fail_late(stream: io.StringIO) -> None:
    with spinner(stream, "reading"):
        _wait_for(stream, "reading")
        raise KeyError


def test_a_failure_erases_the_spinner_too() -> None:
    stream = Terminal()
    with pytest.raises(KeyError):
        _fail_late(stream)
    assert stream.getvalue().endswith("\r")
    assert not _is_drawing()


def test_a_closed_terminal_does_not_stop_a_command() -> None:
    attempts: list[str] = []

    class Closed(Terminal):
        def write(self, text: str) -> int:
            attempts.append(text)
            raise OSError(5, "Input/output error")

    with spinner(Closed(), "reading"):
        while not attempts:
            time.sleep(0.005)
    assert attempts == ["\r| reading"]


def test_a_quick_command_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.cli.progress.spinner._DELAY", 60)
    stream = Terminal()
    with spinner(stream, "reading"):
        pass
    assert not stream.getvalue()
