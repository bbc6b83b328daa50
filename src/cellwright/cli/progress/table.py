"""The live table of a run: a bar, counts, and lines for the units that the board chose."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from cellwright.cli.progress.board import Line, Picture
from cellwright.cli.progress.words import doing, phase
from cellwright.cli.screen import palette, run_palette
from cellwright.cli.screen.layout import count, duration, shortened
from cellwright.model.runs.progress import Phase
from cellwright.model.runs.run import Outcome, RunKind

FRAME = 4
"""Lines around the units: title, counts, an empty line, and a last line for interrupts and hidden units."""
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAMES_PER_SECOND = 8
_PHASES = {**{phase: phase.value for phase in Phase}, Phase.AWAITING_APPROVAL: "approval?"}
_PHASE_WIDTH = max(len(word) for word in _PHASES.values())
_TIME_WIDTH = 7
_QUIET_SECONDS = 5
"""After so long without a sign of a unit, the last that Terraform has said stands beside it."""
_NARROWEST_ACTIVITY = 16
_NARROWEST_RESOURCE = 8
_WIDTH_WITH_ACTIVITY = 72
"""On a narrower terminal, addresses of units take the room of their activities."""
_WIDEST = 120
"""The table's width on a wider terminal: times too far from their units are hard to read."""
_MANY_ROWS = 24
"""The most units that are listed, however tall the terminal is."""
_INTERRUPTED = {
    1: "stopping after what runs; press Ctrl-C again to kill",
    2: "killing what runs",
}


def rows_for(height: int) -> int:
    """Return how many units fit a terminal of `height` lines, with one line left for the prompt."""
    return min(max(height - FRAME - 1, 1), _MANY_ROWS)


class Table:
    """Draws a picture of the board at the console's width."""

    def __init__(self, picture: Picture, interrupts: int = 0) -> None:
        self._picture = picture
        self._interrupts = interrupts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(options.max_width, _WIDEST)
        lines = [self._title(width), self._counts(), Text("")]
        longest = max((len(str(line.unit)) for line in self._picture.lines), default=0)
        kept = _NARROWEST_ACTIVITY if width >= _WIDTH_WITH_ACTIVITY else 0
        room = max(width - 2 - _PHASE_WIDTH - _TIME_WIDTH - kept - 6, 12)
        lines += [self._unit(line, min(longest, room), width) for line in self._picture.lines]
        lines += self._footer()
        for line in lines:
            line.truncate(width, overflow="ellipsis")
            yield line

    def _title(self, width: int) -> Text:
        picture = self._picture
        done = picture.outcomes.total()
        title = Text.assemble(
            (picture.run.kind.value, palette.STRONG), (f" {picture.run.id}", palette.FAINT), "  "
        )
        amount = f"  {done:,}/{picture.total:,}  {duration(picture.elapsed)}"
        room = width - title.cell_len - len(amount) - 1
        if room >= _NARROWEST_ACTIVITY:
            title.append_text(bar(picture, min(room, 48)))
        return title.append(amount)

    def _counts(self) -> Text:
        picture = self._picture
        parts = [Text(f"{picture.active:,} running", style=palette.ACCENT)]
        for outcome, amount in sorted(
            picture.outcomes.items(), key=lambda item: list(Outcome).index(item[0])
        ):
            mark = run_palette.outcome_mark(outcome, destroy=picture.run.kind is RunKind.DESTROY)
            parts.append(Text(f"{amount:,} {mark.word}", style=mark.style))
        if picture.waiting:
            parts.append(Text(f"{picture.waiting:,} waiting", style=palette.FAINT))
        return Text("  ").join(parts)

    def _unit(self, line: Line, names: int, width: int) -> Text:
        text = Text.assemble(
            _symbol(line, self._picture.now), " ", shortened(str(line.unit), names).ljust(names)
        )
        text.append("  ").append_text(_stage(line)).append("  ")
        room = width - text.cell_len - _TIME_WIDTH - 1
        activity = _activity(line, self._picture.now, max(room, 0))
        activity.truncate(max(room, 0), overflow="ellipsis", pad=True)
        return text.append_text(activity).append(
            _time(line, self._picture.now).rjust(_TIME_WIDTH), palette.FAINT
        )

    def _footer(self) -> Iterator[Text]:
        if self._interrupts:
            message = _INTERRUPTED[min(self._interrupts, 2)]
            yield Text(message, style=f"{palette.STRONG} {palette.CAUTION}")
        elif self._picture.hidden:
            yield Text(f"  and {count(self._picture.hidden, 'more unit')} running", style=palette.FAINT)


def bar(picture: Picture, width: int) -> Text:
    """Return a bar of the work that is done, failures in red; the bar's length needs no colours."""
    total = max(picture.total, 1)
    done = int((picture.outcomes.total() + picture.share) * width / total)
    bad = min(-(-picture.outcomes[Outcome.FAILED] * width // total), done)
    return Text.assemble(
        ("━" * (done - bad), palette.GOOD),
        ("━" * bad, palette.BAD),
        ("─" * (width - done), palette.FAINT),
    )


def _symbol(line: Line, now: float) -> Text:
    if line.outcome is not None:
        return run_palette.outcome_mark(line.outcome, destroy=line.destroy).text()
    if line.phase is Phase.WAITING:
        return Text("·", style=palette.FAINT)
    if line.phase is Phase.AWAITING_APPROVAL:
        return Text("?", style=palette.CAUTION)
    return Text(_SPINNER[int(now * _FRAMES_PER_SECOND) % len(_SPINNER)], style=palette.ACCENT)


def _stage(line: Line) -> Text:
    if line.outcome is not None:
        mark = run_palette.outcome_mark(line.outcome, destroy=line.destroy)
        return Text(mark.word.ljust(_PHASE_WIDTH), style=mark.style)
    style = palette.FAINT if line.phase is Phase.WAITING else ""
    word = phase(_PHASES[line.phase], destroy=line.destroy)
    return Text(word.ljust(_PHASE_WIDTH), style=style)


def _activity(line: Line, now: float, room: int) -> Text:
    if line.fault:
        return Text(" ".join(line.fault.split()), style=palette.BAD)
    if line.activities:
        return _busy(line, now, room)
    if line.note:
        return Text(line.note, style=palette.FAINT)
    quiet = int(now - line.said_at)
    if line.said and quiet >= _QUIET_SECONDS:
        return Text(f"{duration(quiet)} ago: {line.said}", style=palette.FAINT)
    return run_palette.tally(line.counts)


def _busy(line: Line, now: float, room: int) -> Text:
    """The resource that has taken longest, and how many others are in progress."""
    oldest = min(line.activities, key=lambda item: item.since)
    more = f" +{len(line.activities) - 1}" if len(line.activities) > 1 else ""
    took = int(now - oldest.since)
    lead = f"{line.done}/{line.steps} " if line.steps else ""
    aside = f" {doing(oldest.action)}{f' {duration(took)}' if took >= 1 else ''}{more}"
    return Text.assemble(
        (lead, palette.FAINT),
        shortened(oldest.resource, max(room - len(lead) - len(aside), _NARROWEST_RESOURCE)),
        (aside, palette.FAINT),
    )


def _time(line: Line, now: float) -> str:
    if line.outcome is not None:
        return duration(line.seconds) if line.seconds else ""
    return "" if line.phase is Phase.WAITING else duration(max(now - line.since, 1))
