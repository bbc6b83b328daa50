"""The demo's headings, on a terminal that shows meanwhile what is waited for."""

import io
import time

import pytest

from cellwright.app.runs.steering.conversation import Conversation
from cellwright.cli.interaction.conversation import TerminalConversation
from cellwright.cli.interaction.demo_view import ScreenView
from cellwright.cli.interaction.interrupts import SignalInterrupts
from cellwright.cli.progress.live import LiveReporter
from cellwright.cli.screen.screen import Screen
from cellwright.engine.approval import Preapproved


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_heading_stands_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.cli.progress.spinner._DELAY", 0.01)
    stream = Terminal()
    screen, signals = Screen(stream, width=80), SignalInterrupts(lambda _: None)
    reporter = LiveReporter(screen, signals, "preparing the demo")
    talk = Conversation(reporter, Preapproved("demo"), signals)
    view = ScreenView(screen, TerminalConversation(talk, signals, reporter.close), json=False)
    while "preparing the demo" not in stream.getvalue():
        time.sleep(0.005)

    view.begin_step("A fleet repository", "cellwright init x")

    waited, _, shown = stream.getvalue().replace("\x1b[1m", "").rpartition("\r")
    assert "preparing the demo" in waited
    assert shown.lstrip("\n").startswith("1. A fleet repository")
