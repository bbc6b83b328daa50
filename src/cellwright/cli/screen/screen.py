"""The console on which every view is printed; escapes what can't be seen, and reports broken pipes."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import IO, TextIO, cast

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.segment import Segment
from rich.text import Text

from cellwright.cli.screen.escapes import clean, seen
from cellwright.cli.screen.streams import LenientStream, PlainSymbols, ResultStream, speaks_unicode
from cellwright.model.position import Position
from cellwright.model.text.visible import is_visible

UNWRAPPED = 1_000_000
"""The width of a pipe or file: no line is wrapped."""


def plain_line(line: Text) -> str:
    """Return a line as a `Screen` without colours shows it, without the time that rendering takes."""
    return clean(line.plain.expandtabs())


class Screen(Console):
    """A Rich console that escapes what can't be seen in what it is given: every view passes through it."""

    def __init__(self, stream: TextIO, *, width: int | None = None) -> None:
        file = stream if speaks_unicode(stream) else PlainSymbols(stream)
        self.stream = cast("TextIO", file)
        """The stream behind the console, for lines that need no rendering."""
        self.excerpts: Callable[[Position], str | None] | None = None
        """Gives the line of a file that a finding speaks of; None where no fleet is open."""
        super().__init__(file=cast("IO[str]", file), width=width, highlight=False, markup=False, emoji=False)

    @property
    def endless(self) -> bool:
        """Whether lines have no colours and no limit to their length, as in a pipe."""
        return not self.is_terminal and self.width >= UNWRAPPED

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render as Rich does, with escapes for what can't be seen.

        In a text before it is wrapped, so that the lines keep their length; in whatever else afterwards.
        """
        shown = seen(renderable) if isinstance(renderable, Text) else renderable
        for segment in super().render(shown, options):
            if segment.control or is_visible(segment.text):
                yield segment
            else:
                yield Segment(clean(segment.text), segment.style)

    def show(self, renderable: RenderableType) -> None:
        """Print a view. A line that must not be wrapped is not cut off at the terminal's width either."""
        # In a group, because Rich ignores the `no_wrap` of a text that is printed by itself.
        self.print(Group(renderable), crop=False)

    def on_broken_pipe(self) -> None:
        """Raise to the entry point, which ends without a message."""
        raise BrokenPipeError


def standard_output(environment: Mapping[str, str]) -> Screen:
    """Return the screen for results."""
    return Screen(cast("TextIO", ResultStream(sys.stdout)), width=_width(sys.stdout, environment))


def standard_error(environment: Mapping[str, str]) -> Screen:
    """Return the screen for progress, questions and diagnostics; it ignores that its stream is closed."""
    return Screen(cast("TextIO", LenientStream(sys.stderr)), width=_width(sys.stderr, environment))


def _width(stream: TextIO, environment: Mapping[str, str]) -> int | None:
    if stream.isatty() or environment.get("COLUMNS", "").isdigit():
        return None
    return UNWRAPPED


def interactive() -> bool:
    """Tell whether a person can answer: standard input and standard error are a terminal."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and os.isatty(stream.fileno())
    except (OSError, ValueError):
        return False
