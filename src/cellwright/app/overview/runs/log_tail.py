"""The end of a unit's log, and what is added to it: here or from the artifact store, whole lines only."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from cellwright.app.history.logs import LogsRequest, UnitLog, logs
from cellwright.app.session.session import FleetSession
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.visible import visible

LINES = 500
"""Lines of a page; the whole log is a file of its own."""
_AT_ONCE = 256 * 1024
"""Bytes that are read of what was added."""
_NEWLINE = b"\n"


@dataclass(frozen=True, slots=True)
class LogPlace:
    """How far one has read."""

    offset: int = 0
    """In bytes: where the next line begins."""
    line: int = 0
    """How many lines come before."""


@dataclass(frozen=True, slots=True)
class LogPart:
    """Some lines of a log."""

    first: int
    """The number of the first one, from 1."""
    lines: tuple[str, ...]
    """Their texts; signs that can't be seen are escapes."""
    end: LogPlace
    """Where the next part begins."""

    @property
    def numbered(self) -> Sequence[tuple[int, str]]:
        """Each line with its number."""
        return tuple(enumerate(self.lines, self.first))


def find_log(session: FleetSession, run: str, unit: UnitAddress) -> UnitLog | None:
    """Find a unit's log; None if there is none yet, or none that this machine can read."""
    with suppress(DiagnosticError):
        (found,) = logs(session, LogsRequest(run=run, unit=str(unit)))
        return found
    return None


def tail_of(log: UnitLog, lines: int = LINES) -> LogPart:
    """Read a log's last lines.

    Raises:
        DiagnosticError: the file or the store can't be read.
    """
    if isinstance(log.path, Path):
        return log_tail(log.path, lines)
    amount, shown = 0, deque[str](maxlen=lines)
    for line in log.lines():
        amount += 1
        shown.append(visible(line.rstrip("\r"), keep="\t"))
    return LogPart(amount - len(shown) + 1, tuple(shown), LogPlace(0, amount))


def added_to(log: UnitLog, place: LogPlace) -> LogPart:
    """Read what was added to a log; the last line of a stored one may still grow, and waits for the next.

    Raises:
        DiagnosticError: the file or the store can't be read.
    """
    if isinstance(log.path, Path):
        return log_after(log.path, place)
    lines = tuple(visible(line.rstrip("\r"), keep="\t") for line in islice(log.lines(), place.line, None))[
        :-1
    ]
    return LogPart(place.line + 1, lines, LogPlace(0, place.line + len(lines)))


def log_tail(path: Path, lines: int = LINES) -> LogPart:
    """Read the last lines that are whole.

    Raises:
        DiagnosticError: the file can't be read.
    """
    amount, size, shown = 0, 0, deque[bytes](maxlen=lines)
    with _opened(path) as file:
        for line in file:
            if not line.endswith(_NEWLINE):
                break
            amount, size = amount + 1, size + len(line)
            shown.append(line[:-1])
    return LogPart(amount - len(shown) + 1, tuple(map(_text, shown)), LogPlace(size, amount))


def log_after(path: Path, place: LogPlace) -> LogPart:
    """Read the whole lines that were added since; a file that was begun anew is read from its beginning.

    Raises:
        DiagnosticError: the file can't be read.
    """
    content = _read(path, place.offset, _AT_ONCE)
    if not content and path.stat().st_size < place.offset:
        place = LogPlace()
        content = _read(path, 0, _AT_ONCE)
    whole = content[: content.rfind(_NEWLINE) + 1]
    if not whole and len(content) == _AT_ONCE:
        whole = content  # one line that is longer than what is read at once
    lines = whole.removesuffix(_NEWLINE).split(_NEWLINE) if whole else []
    end = LogPlace(place.offset + len(whole), place.line + len(lines))
    return LogPart(place.line + 1, tuple(map(_text, lines)), end)


def _read(path: Path, start: int, amount: int) -> bytes:
    with _opened(path) as file:
        file.seek(start)
        return file.read(amount)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as fault:
        raise DiagnosticError(
            error(f"the log {path} can't be read: {fault.strerror}", "look at the file's owner and mode")
        ) from fault


def _text(line: bytes) -> str:
    return visible(line.decode("utf-8", "replace").rstrip("\r"), keep="\t")
