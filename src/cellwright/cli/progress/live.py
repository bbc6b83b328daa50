"""Progress as a live table on a terminal."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from rich.console import RenderableType
from rich.live import Live
from rich.text import Text

from cellwright.cli.progress.board import Board
from cellwright.cli.progress.table import Table, rows_for
from cellwright.cli.progress.terminal import undisturbed
from cellwright.cli.screen import Screen
from cellwright.engine.approval import Interrupts
from cellwright.model.progress import ProgressEvent, RunFinished, RunStarted

_FRAMES_PER_SECOND = 8


class LiveReporter:
    """Keeps a board under a lock and lets Rich draw it now and then; `report` never draws."""

    def __init__(
        self, screen: Screen, interrupts: Interrupts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._screen = screen
        self._interrupts = interrupts
        self._clock = clock
        self._lock = threading.Lock()
        self._board = Board()
        self._showing = threading.RLock()
        self._shown = ExitStack()
        self._is_shown = False

    def report(self, event: ProgressEvent) -> None:
        """Take progress in; a run's first shows the table, its last takes it away."""
        with suppress(Exception):  # a run must not fail because it can't be watched
            with self._lock:
                self._board.take(event.progress, self._clock())
            if isinstance(event.progress, RunStarted):
                self._show()
            elif isinstance(event.progress, RunFinished):
                self.close()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the table away while a question is asked; progress goes on being taken in."""
        with self._showing:
            was_shown = self._is_shown
            self.close()
            try:
                yield
            finally:
                if was_shown:
                    self._show()

    def close(self) -> None:
        """Take the table away and give the terminal back as it was."""
        with self._showing:
            self._shown.close()

    def _show(self) -> None:
        with self._showing:
            self._shown.close()
            self._shown.enter_context(undisturbed(self._screen.stream))
            live = self._shown.enter_context(
                Live(
                    console=self._screen,
                    get_renderable=self._drawing,
                    refresh_per_second=_FRAMES_PER_SECOND,
                    transient=True,
                    redirect_stdout=False,
                    redirect_stderr=False,
                )
            )
            live.refresh()
            self._is_shown = True
            self._shown.callback(self._hidden)

    def _hidden(self) -> None:
        self._is_shown = False

    def _drawing(self) -> RenderableType:
        now = self._clock()
        with self._lock:
            picture = self._board.picture(rows_for(self._screen.height), now)
        return Table(picture, self._interrupts.requested()) if picture else Text("")
