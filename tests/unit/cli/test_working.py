import io
import signal
import time

import pytest

from cellwright.cli.progress import working as module
from cellwright.cli.progress.working import working


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _wait_for(stream: io.StringIO, text: str) -> None:
    while text not in stream.getvalue():
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    monkeypatch.setattr(module, "_PACE", 0.01)


def test_a_wheel_turns_on_a_terminal_and_is_wiped_away() -> None:
    stream = Terminal()
    with working(stream, "reading"):
        _wait_for(stream, "\r/ reading")
    assert stream.getvalue().endswith("\r         \r")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_how_far_the_work_has_come_is_said_anew_and_wiped_away_whole() -> None:
    stream, said = Terminal(), iter(["999 of 1,000", "7"])
    last = "7"
    with working(stream, lambda: next(said, last)):
        _wait_for(stream, "999 of 1,000")
        _wait_for(stream, "- 7           ")
    assert stream.getvalue().endswith("\r" + " " * len("/ 999 of 1,000") + "\r")


def test_nothing_is_shown_in_a_pipe() -> None:
    stream = io.StringIO()
    with working(stream, "reading"):
        time.sleep(0.05)
    assert not stream.getvalue()


def _fail_late(stream: io.StringIO) -> None:
    with working(stream, "reading"):
        _wait_for(stream, "reading")
        raise KeyError


def test_a_failure_wipes_it_away_too() -> None:
    stream, before = Terminal(), signal.getsignal(signal.SIGALRM)
    with pytest.raises(KeyError):
        _fail_late(stream)
    assert stream.getvalue().endswith("\r")
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_quick_command_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 60)
    stream = Terminal()
    with working(stream, "reading"):
        pass
    assert not stream.getvalue()
