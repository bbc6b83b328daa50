"""Progress as a live table on a terminal."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from rich.console import RenderableType
from rich.live import Live
from rich.text import Text

from cellwright.cli.progress.board import Board
from cellwright.cli.progress.spinner import spinner
from cellwright.cli.progress.table import Table, rows_for
from cellwright.cli.progress.terminal import interrupt_safe
from cellwright.cli.screen.screen import Screen
from cellwright.engine.approval import Interrupts
from cellwright.model.runs.progress import ProgressEvent, RunFinished, RunStarted

_FRAMES_PER_SECOND = 8


class LiveReporter:
    """Keeps a board under a lock; a thread of Rich draws it several times a second."""

    def __init__(
        self,
        screen: Screen,
        interrupts: Interrupts,
        first: str = "preparing the run",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Show `first` beside a spinner until a run begins."""
        self._screen = screen
        self._interrupts = interrupts
        self._clock = clock
        self._lock = threading.Lock()
        self._board = Board()
        self._showing = threading.RLock()
        self._shown = ExitStack()
        self._is_shown = False
        # Until the run begins: reading the fleet, fetching the sources of its stacks.
        self._shown.enter_context(spinner(screen.stream, first))

    def report(self, event: ProgressEvent) -> None:
        """Update the board; the start of a run shows the table, its end removes it."""
        with suppress(Exception):  # a run must not fail because its progress can't be shown
            with self._lock:
                self._board.take(event.progress, self._clock())
            if isinstance(event.progress, RunStarted):
                self._show()
            elif isinstance(event.progress, RunFinished):
                self.close()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Remove the table while a question is asked; the board is still updated."""
        with self._showing:
            was_shown = self._is_shown
            self.close()
            try:
                yield
            finally:
                if was_shown:
                    self._show()

    def close(self) -> None:
        """Remove the table and restore the terminal's settings."""
        with self._showing:
            self._shown.close()

    def _show(self) -> None:
        with self._showing:
            self._shown.close()
            self._shown.enter_context(interrupt_safe(self._screen.stream))
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
