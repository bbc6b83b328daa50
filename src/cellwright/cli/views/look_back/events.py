"""The audit trail as text."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.history.events import Verification
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import Columns, Flowing, count, who
from cellwright.ledger.audit import ChainPoint
from cellwright.model.runs.event import BY_SETTINGS, CLIENT_MOVED, IDENTITY, Event
from cellwright.model.text.visible import is_visible

_SECONDS = len("2026-11-22 21:48:12")
_SET_BACK = " (clock set back)"
_ANSWERS = frozenset({"run.approved", "run.rejected"})
_LONGEST_LINE = 120
_HEADER = ("", "time (UTC)", "who", "what", "on, why")


def events(found: Sequence[Event], *, headed: bool = True, newest: str = "") -> Group:
    """One line per event, in the order of their numbers; `newest` is the latest time on the pages before."""
    if not found:
        return Group(Text("no events"))
    rows = [
        (
            Text(str(item.sequence), style=palette.FAINT),
            Text(time, style=palette.CAUTION if time.endswith(_SET_BACK) else ""),
            Text(who(item.actor, item.detail.get(IDENTITY))),
            Text(item.action, style=palette.STRONG),
            Text.assemble(item.subject, (_more(item), palette.FAINT)),
        )
        for item, time in zip(found, _times(found, newest), strict=True)
    ]
    return Group(Columns(rows, header=_HEADER if headed else (), level=True))


def plain_events(found: Sequence[Event], *, headed: bool = True, newest: str = "") -> str | None:
    """The same as `events` for a pipe, without colours and wrapping: takes a twentieth of the time.

    None if columns of text are not enough: there is no event, or one with a line break or control character.
    """
    rows = [_HEADER] if headed else []
    rows += [_row(item, time) for item, time in zip(found, _times(found, newest), strict=True)]
    if not found or not all(is_visible(text) for row in rows for text in row):
        return None
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(_HEADER) - 1)]
    return "".join(f"{_line(row, widths)}\n" for row in rows)


def _more(item: Event) -> str:
    """For which plans an answer was given and how, from where to where a client went, what was typed, why.

    Each after two spaces.
    """
    plans, how = item.detail.get("plans"), item.detail.get("how")
    answered = ""
    if item.action in _ANSWERS and isinstance(plans, Mapping):
        units = list(plans)
        first = units[0] if len(units) == 1 else count(len(units), "plan")
        answered = f"{first} ({how})"
    moved = ""
    if item.action == CLIENT_MOVED:
        # A client that is recorded for the first time comes from nowhere.
        moved = " → ".join(dict.fromkeys(str(item.detail.get(side, "")) for side in ("from", "to")))
        moved += " (by its settings)" if item.detail.get("by") == BY_SETTINGS else ""
    texts = (answered, moved, _typed(item), item.reason)
    return "".join(f"  {text}" for text in texts if text)


def _typed(item: Event) -> str:
    """The command that somebody has run by hand and how it ended; or which outputs were revealed."""
    names = item.detail.get("outputs")
    if item.action == "outputs.revealed" and isinstance(names, Sequence):
        return ", ".join(map(str, names))
    arguments = item.detail.get("arguments")
    if not item.action.startswith("terraform.") or not isinstance(arguments, Sequence):
        return ""
    line = shlex.join(map(str, arguments))
    line = line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"
    code = item.detail.get("exit_code")
    return line if code is None else f"{line} (exit code {code})"


_Row: TypeAlias = tuple[str, str, str, str, str]


def _row(item: Event, time: str) -> _Row:
    why = f"{item.subject}{_more(item)}"
    return (str(item.sequence), time, who(item.actor, item.detail.get(IDENTITY)), item.action, why)


def _line(row: _Row, widths: Sequence[int]) -> str:
    lead = [text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=False)]
    return "  ".join([*lead, row[-1]]).rstrip()


def checking(read: int, total: int) -> str:
    """How many events of the chain have been checked."""
    return f"checking the chain: {read:,} of {count(max(read, total), 'event')}"


def _times(found: Sequence[Event], newest: str) -> Iterator[str]:
    """The time of each event; one that is earlier than an event before it was given by a clock set back."""
    for item in found:
        yield f"{_moment(item.time)}{_SET_BACK if item.time < newest else ''}"
        newest = max(newest, item.time)


def _moment(time: str) -> str:
    try:
        return datetime.fromisoformat(time).isoformat(" ", "seconds")[:_SECONDS]
    except ValueError:  # somebody has changed it: `events verify` says so
        return time


def verification(found: Verification) -> RenderableType:
    """Whether the chain holds."""
    if found.fault is None:
        return Group(
            Text.assemble(("✓", palette.GOOD), f" {count(found.count, 'event')}: the chain holds"),
            *(Flowing(Text(f"  {text}", palette.CAUTION), indent=2) for text in _remarks(found)),
        )
    broken = f" {count(found.count, 'event')} read: the trail does not hold: {found.fault}"
    return Flowing(Text.assemble(("✗", palette.BAD), broken), indent=2)


def _remarks(found: Verification) -> Iterator[str]:
    if found.set_back:
        yield (
            f"{count(found.set_back, 'event')} with an earlier time than one before: a clock was set back; "
            "their numbers tell the order"
        )
    if found.anchored is not None and found.anchored < found.last:
        yield f"anchors vouch for the events up to {found.anchored}; for later ones only the chain does"


def tip(found: ChainPoint) -> Text:
    """The newest event, as `events verify --expect` takes it."""
    return Text(f"{found.sequence}:{found.hash}", no_wrap=True, overflow="ignore")
