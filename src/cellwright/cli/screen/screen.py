"""The console that every view is printed on: safe to show foreign text on, honest about broken pipes."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import IO, TextIO, cast

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.segment import Segment
from rich.text import Text

from cellwright.cli.screen.streams import Forgiving, PlainSymbols, speaks_unicode

UNWRAPPED = 1_000_000
"""Columns where no terminal limits them: a line of a pipe is one line, whatever its length."""

_CONTROL = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")
"""All but tab and newline: what foreign text (a provider's message, a setting) must not do to a terminal."""


def clean(text: str) -> str:
    """Make foreign text harmless to a terminal."""
    return text.translate(_CONTROL)


def plain_line(line: Text) -> str:
    """A line as a `Screen` without colours would show it, at none of its price."""
    return clean(line.plain.expandtabs())


class Screen(Console):
    """A Rich console that shows no control character of the text it is given."""

    def __init__(self, stream: TextIO, *, width: int | None = None) -> None:
        file = stream if speaks_unicode(stream) else PlainSymbols(stream)
        self.stream = cast("TextIO", file)
        """What is written to, for lines that need no rendering."""
        super().__init__(file=cast("IO[str]", file), width=width, highlight=False, markup=False, emoji=False)

    @property
    def endless(self) -> bool:
        """Tell whether lines may be as long as they like and have no colours: what is read is no terminal."""
        return not self.is_terminal and self.width >= UNWRAPPED

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render as Rich does, foreign control characters replaced."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(clean(segment.text), segment.style)

    def show(self, renderable: RenderableType) -> None:
        """Print a view. A line that is longer than the terminal and may not be wrapped is not cut either."""
        # In a group, because Rich forgets what a text on its own says about wrapping.
        self.print(Group(renderable), crop=False)

    def on_broken_pipe(self) -> None:
        """Leave it to the entry point, which ends quietly."""
        raise BrokenPipeError


def standard_output(environment: Mapping[str, str]) -> Screen:
    """The screen for results."""
    return Screen(sys.stdout, width=_width(sys.stdout, environment))


def standard_error(environment: Mapping[str, str]) -> Screen:
    """The screen for progress, questions and diagnostics; its loss stops nothing."""
    return Screen(cast("TextIO", Forgiving(sys.stderr)), width=_width(sys.stderr, environment))


def _width(stream: TextIO, environment: Mapping[str, str]) -> int | None:
    if stream.isatty() or environment.get("COLUMNS", "").isdigit():
        return None
    return UNWRAPPED


def interactive() -> bool:
    """Tell whether a person can be asked: input and standard error are a terminal."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and os.isatty(stream.fileno())
    except (OSError, ValueError):
        return False
