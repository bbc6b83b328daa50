import io
import threading
from collections.abc import Callable, Iterator

import pytest

from cellwright.cli.progress.live import LiveReporter
from cellwright.cli.screen.screen import Screen
from cellwright.engine.approval import Uninterrupted
from cellwright.model.runs.progress import (
    Phase,
    PhaseEntered,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
)
from unit.cli.progress.made_up_run import applied, failed, run_of, stamped, units

MANY = units(40)
SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


class Terminal(io.TextIOWrapper):
    """A terminal that records what is written to it."""

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


def test_the_table_is_shown_during_a_run(reporter: LiveReporter, terminal: Terminal) -> None:
    assert terminal.text() == ""
    reporter.report(stamped(RunStarted(run_of(*MANY))))
    assert "0/40" in terminal.text()
    reporter.report(stamped(RunFinished(run_of(*MANY))))
    assert terminal.text().count(HIDE_CURSOR) == terminal.text().count(SHOW_CURSOR) == 1


def test_progress_outside_a_run_draws_nothing(reporter: LiveReporter, terminal: Terminal) -> None:
    reporter.report(stamped(PhaseEntered(MANY[0], Phase.PLANNING)))
    assert terminal.text() == ""


def test_the_table_is_removed_during_a_question(reporter: LiveReporter, terminal: Terminal) -> None:
    reporter.report(stamped(RunStarted(run_of(*MANY))))
    with reporter.paused():
        before = terminal.text()
        assert before.count(HIDE_CURSOR) == before.count(SHOW_CURSOR) == 1
        reporter.report(stamped(UnitFinished(applied(MANY[0]))))
        assert terminal.text() == before
    assert "1/40" in terminal.text()[len(before) :]


def test_a_question_between_runs_shows_no_table(reporter: LiveReporter, terminal: Terminal) -> None:
    with reporter.paused():
        pass
    assert terminal.text() == ""


def test_closing_twice_restores_the_terminal_once(reporter: LiveReporter, terminal: Terminal) -> None:
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


def test_a_closed_terminal_does_not_stop_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    attempts: list[str] = []

    class Closed(Terminal):
        def write(self, text: str) -> int:
            attempts.append(text)
            raise OSError(5, "Input/output error")

    reporter = LiveReporter(Screen(Closed(), width=80), Uninterrupted())
    reporter.report(stamped(RunStarted(run_of(*MANY))))
    reporter.report(stamped(RunFinished(run_of(*MANY))))
    assert attempts
