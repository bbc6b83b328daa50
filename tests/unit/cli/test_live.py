import io
import threading
from collections.abc import Callable, Iterator

import pytest

from cellwright.cli.progress.live import LiveReporter
from cellwright.cli.screen import Screen
from cellwright.engine.approval import Uninterrupted
from cellwright.model.progress import (
    Phase,
    PhaseEntered,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
)
from unit.cli.progress import applied, failed, run_of, stamped, units

MANY = units(40)
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


class Terminal(io.TextIOWrapper):
    """A terminal that keeps what it was sent."""

    def __init__(self) -> None:
        self.sent = io.BytesIO()
        super().__init__(self.sent, encoding="utf-8", newline="", write_through=True)

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError(25, "Inappropriate ioctl for device")

    def text(self) -> str:
        return self.sent.getvalue().decode()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


@pytest.fixture
def reporter(terminal: Terminal) -> Iterator[LiveReporter]:
    found = LiveReporter(Screen(terminal, width=80), Uninterrupted())
    yield found
    found.close()


def test_the_table_comes_with_a_run_and_goes_with_it(reporter: LiveReporter, terminal: Terminal) -> None:
    assert terminal.text() == ""
    reporter.report(stamped(RunStarted(run_of(*MANY))))
    assert "0/40" in terminal.text()
    reporter.report(stamped(RunFinished(run_of(*MANY))))
    assert terminal.text().count(HIDE_CURSOR) == terminal.text().count(SHOW_CURSOR) == 1


def test_progress_alone_draws_nothing(reporter: LiveReporter, terminal: Terminal) -> None:
    reporter.report(stamped(PhaseEntered(MANY[0], Phase.PLANNING)))
    assert terminal.text() == ""


def test_a_question_finds_the_terminal_free(reporter: LiveReporter, terminal: Terminal) -> None:
    reporter.report(stamped(RunStarted(run_of(*MANY))))
    with reporter.paused():
        before = terminal.text()
        assert before.count(HIDE_CURSOR) == before.count(SHOW_CURSOR) == 1
        reporter.report(stamped(UnitFinished(applied(MANY[0]))))
        assert terminal.text() == before
    assert "1/40" in terminal.text()[len(before) :]


def test_a_question_between_runs_brings_no_table(reporter: LiveReporter, terminal: Terminal) -> None:
    with reporter.paused():
        pass
    assert terminal.text() == ""


def test_closing_twice_does_no_harm(reporter: LiveReporter, terminal: Terminal) -> None:
    reporter.report(stamped(RunStarted(run_of(*MANY))))
    reporter.close()
    reporter.close()
    assert terminal.text().count(SHOW_CURSOR) == 1


def test_one_run_after_the_other(reporter: LiveReporter, terminal: Terminal) -> None:
    for _ in range(3):
        reporter.report(stamped(RunStarted(run_of(*MANY))))
        reporter.report(stamped(RunFinished(run_of(*MANY))))
    assert terminal.text().count(HIDE_CURSOR) == terminal.text().count(SHOW_CURSOR) == 3


def test_many_threads_report_at_once(reporter: LiveReporter, terminal: Terminal) -> None:
    def work(index: int) -> Callable[[], None]:
        def called() -> None:
            unit = MANY[index]
            for _ in range(20):
                reporter.report(stamped(PhaseEntered(unit, Phase.APPLYING)))
                reporter.report(stamped(ResourceProgress(unit, "a.b", "create", "started")))
            reporter.report(stamped(UnitFinished(failed(unit) if index % 2 else applied(unit))))

        return called

    reporter.report(stamped(RunStarted(run_of(*MANY))))
    threads = [threading.Thread(target=work(index)) for index in range(len(MANY))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reporter.paused():
        pass
    assert "20 applied" in terminal.text()
    assert "20 failed" in terminal.text()


def test_a_terminal_that_is_gone_stops_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")

    class Gone(Terminal):
        def write(self, _text: str) -> int:
            raise OSError(5, "Input/output error")

    reporter = LiveReporter(Screen(Gone(), width=80), Uninterrupted())
    reporter.report(stamped(RunStarted(run_of(*MANY))))
    reporter.report(stamped(RunFinished(run_of(*MANY))))
