"""Draws how figures grow with a fleet's size: a plain SVG, both axes logarithmic."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 440, 60, 36, 250, 46
COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#0598bc", "#bf3989", "#57606a")
_FONT = 'font-family="sans-serif" font-size="12"'
_GREY = 'stroke="#d0d7de"'


def write_plot(path: Path, lines: Mapping[str, Sequence[tuple[float, float]]], title: str) -> None:
    """Draw each line's points (x, y), with its name beside its end; a dotted line shows linear growth."""
    points = [point for line in lines.values() for point in line]
    if not points:
        return
    frame = _Frame(points)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {_FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="14">{title}</text>',
        *frame.grid(),
    ]
    ends = sorted((line[-1][1], name) for name, line in lines.items() if line)
    places = {name: HEIGHT - BOTTOM - 10 - 20 * index for index, (_, name) in enumerate(ends)}
    for index, (name, line) in enumerate(item for item in lines.items() if item[1]):
        colour = COLOURS[index % len(COLOURS)]
        drawn = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in line)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="3" fill="{colour}"/>' for x, y in line
        ]
        place = f'x="{WIDTH - RIGHT + 12}" y="{places[name]}"'
        parts.append(f'<text {place} fill="{colour}">{name} ({line[-1][1]:g})</text>')
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


class _Frame:
    """From values to places."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self._low = min(x for x, _ in points), min(y for _, y in points) / 1.3
        self._high = max(x for x, _ in points), max(y for _, y in points) * 1.3

    def x(self, value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * _share(value, self._low[0], self._high[0])

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _share(value, self._low[1], self._high[1])

    def grid(self) -> list[str]:
        parts = []
        for value in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100):
            if self._low[1] <= value <= self._high[1]:
                place = self.y(value)
                parts.append(
                    f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{place:.1f}" y2="{place:.1f}" {_GREY}/>'
                    f'<text x="{LEFT - 8}" y="{place + 4:.1f}" text-anchor="end">{value:g}</text>'
                )
        for value in (1_000, 2_000, 5_000, 10_000, 20_000, 60_000):
            if self._low[0] <= value <= self._high[0]:
                place = self.x(value)
                parts.append(
                    f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" {_GREY}/>'
                    f'<text x="{place:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:,}</text>'
                )
        start, end = self._low[0], self._high[0]
        low = self._low[1]
        steep = min(low * end / start, self._high[1])
        reach = start * steep / low
        parts.append(
            f'<line x1="{self.x(start):.1f}" y1="{self.y(low):.1f}" x2="{self.x(reach):.1f}" '
            f'y2="{self.y(steep):.1f}" stroke="#8c959f" stroke-dasharray="3 4"/>'
        )
        return parts


def _share(value: float, low: float, high: float) -> float:
    return math.log(value / low) / math.log(high / low) if high > low else 0.5
