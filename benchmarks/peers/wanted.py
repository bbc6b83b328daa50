"""What was wanted of Cellwright beside the other programs, and what was measured."""

from bench import APPLY, LOOK
from changes import CHANGED, OWN
from fleets import AWS, PLAIN
from programs import TITLES
from results import OURS, WITHOUT_RELAY, Results, Row

_RATIOS = (
    (f"{APPLY}, {AWS}", OURS, "0.15x"),
    (f"{APPLY}, {PLAIN}", OURS, "0.75x"),
    (f"{LOOK}, {PLAIN}", OURS, "below 1x"),
    (f"{APPLY}, {AWS}", WITHOUT_RELAY, "1.5x"),
)
"""Work, who did it, and how it should compare with the lowest figure of the others."""


def wanted_table(results: Results) -> str:
    """The table of what was wanted; what was not measured is left empty."""
    titles = tuple(TITLES.values())
    lines = [f"| | wanted | {' | '.join(titles)} |", f"|---|---|{'---|' * len(titles)}"]
    for work, tool, wanted in _RATIOS:
        found = " | ".join(_ratio(results, Row(work, product, tool)) for product in titles)
        who = "" if tool == OURS else ", without the relay"
        lines.append(f"| {work}{who} | {wanted} | {found} |")
    changed, own = results.median(Row(CHANGED, "", OURS)), results.median(Row(OWN, "", OURS))
    lines.append(f"| {CHANGED} | 0.15 s | {f'{changed.wall:.2f} s' if changed else ''} | |")
    lines.append(f"| {OWN} | 0.2 CPU s | {f'{own.cpu:.2f} CPU s' if own else ''} | |")
    return "\n".join(lines)


def _ratio(results: Results, row: Row) -> str:
    ours, others = results.median(row), results.others(row)
    if ours is None or not others:
        return ""
    wall, cpu = min(other.wall for other in others), min(other.cpu for other in others)
    return f"time {ours.wall / wall:.2f}x, CPU {ours.cpu / cpu:.2f}x"
