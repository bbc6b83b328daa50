import io
import signal
import time

import pytest

from cellwright.cli.progress.spinner import spinner


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _wait_for(stream: io.StringIO, text: str) -> None:
    while text not in stream.getvalue():
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.cli.progress.spinner._DELAY", 0.01)
    monkeypatch.setattr("cellwright.cli.progress.spinner._INTERVAL", 0.01)


def test_a_spinner_is_shown_on_a_terminal_and_erased() -> None:
    stream = Terminal()
    with spinner(stream, "reading"):
        _wait_for(stream, "\r/ reading")
    assert stream.getvalue().endswith("\r         \r")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_message_that_counts_is_updated_and_erased() -> None:
    stream, said = Terminal(), iter(["999 of 1,000", "7"])
    last = "7"
    with spinner(stream, lambda: next(said, last)):
        _wait_for(stream, "999 of 1,000")
        _wait_for(stream, "- 7           ")
    assert stream.getvalue().endswith("\r" + " " * len("/ 999 of 1,000") + "\r")


def test_nothing_is_shown_in_a_pipe() -> None:
    stream = io.StringIO()
    with spinner(stream, "reading"):
        time.sleep(0.05)
    assert not stream.getvalue()


def _fail_late(stream: io.StringIO) -> None:
    with spinner(stream, "reading"):
        _wait_for(stream, "reading")
        raise KeyError


def test_a_failure_erases_the_spinner_too() -> None:
    stream, before = Terminal(), signal.getsignal(signal.SIGALRM)
    with pytest.raises(KeyError):
        _fail_late(stream)
    assert stream.getvalue().endswith("\r")
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_quick_command_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.cli.progress.spinner._DELAY", 60)
    stream = Terminal()
    with spinner(stream, "reading"):
        pass
    assert not stream.getvalue()
