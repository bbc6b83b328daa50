"""The network map as a picture: accounts, their networks, and the peerings between them, as SVG."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from cellwright.evidence.network import NetworkMap
from cellwright.model.text.visible import visible

MOST = 120
"""Networks that are drawn one by one; of more, one box stands for an account."""
_WIDE, _HIGH, _GAP = 230, 58, 12
_ACROSS = 4
"""Accounts beside each other."""
_MARGIN, _HEAD = 14, 30
_LONGEST = 30
_INK, _FAINT, _LINE, _OPEN = "#16202c", "#56657a", "#8b98a9", "#a3231f"


def draw_network(found: NetworkMap) -> str:
    """The picture as text; empty where there is no network."""
    if not found.networks:
        return ""
    boxes = _networks(found) if len(found.networks) <= MOST else _accounts(found)
    places, wide, high, frames = _placed(boxes)
    pairs = _pairs(found, by_account=len(found.networks) > MOST)
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    told = 'role="img" aria-label="Network map" font-family="sans-serif"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {told}>',
        *frames,
        *_lines(pairs, places),
        *(part for items in boxes.values() for key, lines in items for part in _box(places[key], lines)),
        "</svg>",
    ]
    return "\n".join(parts)


_Boxes = Mapping[str, Sequence[tuple[str, Sequence[str]]]]


def _networks(found: NetworkMap) -> _Boxes:
    """By account: each network with its lines of text."""
    boxes: dict[str, list[tuple[str, Sequence[str]]]] = {}
    for key, (account, name, block) in sorted(found.networks.items(), key=lambda item: (item[1], item[0])):
        way = ", open to the internet" if key in found.open else ""
        lines = (name or key, f"{key} {block}", f"{found.subnets.get(key, 0)} subnets{way}")
        boxes.setdefault(account or "account not known", []).append((key, lines))
    return boxes


def _accounts(found: NetworkMap) -> _Boxes:
    """One box an account."""
    counts: dict[str, list[int]] = {}
    for key, (account, _, _) in found.networks.items():
        count = counts.setdefault(account or "account not known", [0, 0, 0])
        count[0] += 1
        count[1] += found.subnets.get(key, 0)
        count[2] += key in found.open
    return {
        account: [(account, (f"{vpcs} networks", f"{subnets} subnets", f"{open_} open to the internet"))]
        for account, (vpcs, subnets, open_) in sorted(counts.items())
    }


def _placed(boxes: _Boxes) -> tuple[dict[str, tuple[int, int]], int, int, list[str]]:
    """Where each box is, how large the picture is, and the frames of the accounts."""
    places: dict[str, tuple[int, int]] = {}
    frames: list[str] = []
    top, across = _MARGIN, 0
    names = list(boxes)
    for start in range(0, len(names), _ACROSS):
        highest = 0
        for column, account in enumerate(names[start : start + _ACROSS]):
            left = _MARGIN + column * (_WIDE + 2 * _GAP + 2 * _MARGIN)
            for row, (key, _) in enumerate(boxes[account]):
                places[key] = (left + _GAP, top + _HEAD + row * (_HIGH + _GAP))
            high = _HEAD + len(boxes[account]) * (_HIGH + _GAP)
            frames.append(_frame(left, top, high, account))
            highest, across = max(highest, high), max(across, left + _WIDE + 2 * _GAP + _MARGIN)
        top += highest + 2 * _MARGIN
    return places, across, top, frames


def _pairs(found: NetworkMap, *, by_account: bool) -> list[tuple[str, str]]:
    if not by_account:
        return sorted(found.peerings)
    accounts = {key: account or "account not known" for key, (account, _, _) in found.networks.items()}
    pairs = {
        (min(one, other), max(one, other))
        for first, second in found.peerings
        if (one := accounts.get(first, "")) != (other := accounts.get(second, "")) and one and other
    }
    return sorted(pairs)


def _lines(pairs: Sequence[tuple[str, str]], places: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    for first, second in pairs:
        if first in places and second in places:
            (x1, y1), (x2, y2) = (_middle(places[first]), _middle(places[second]))
            bend = max(abs(x2 - x1) // 2, 40)
            # Two below each other are joined on their right side.
            if x1 == x2:
                x1 = x2 = x1 + _WIDE // 2
                curve = f"M{x1} {y1} C{x1 + bend} {y1} {x2 + bend} {y2} {x2} {y2}"
            else:
                curve = f"M{x1} {y1} C{(x1 + x2) // 2} {y1} {(x1 + x2) // 2} {y2} {x2} {y2}"
            yield f'<path d="{curve}" fill="none" stroke="#1550a8" stroke-width="2"/>'


def _frame(left: int, top: int, high: int, account: str) -> str:
    wide = _WIDE + 2 * _GAP
    return (
        f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" rx="8" fill="#f5f7fa" stroke="#d5dce5"/>'
        f'<text x="{left + _GAP}" y="{top + 20}" font-size="13" fill="{_FAINT}">{_text(account)}</text>'
    )


def _box(place: tuple[int, int], lines: Sequence[str]) -> Iterator[str]:
    left, top = place
    size = f'width="{_WIDE}" height="{_HIGH}" rx="6"'
    yield f'<rect x="{left}" y="{top}" {size} fill="#ffffff" stroke="{_LINE}"/>'
    for number, line in enumerate(lines):
        colour = _OPEN if "open to the internet" in line and not line.startswith("0 ") else _FAINT
        style = f'font-size="13" font-weight="600" fill="{_INK}"' if number == 0 else ""
        style = style or f'font-size="11" fill="{colour}"'
        yield f'<text x="{left + 10}" y="{top + 18 + number * 16}" {style}>{_text(line)}</text>'


def _middle(place: tuple[int, int]) -> tuple[int, int]:
    return place[0] + _WIDE // 2, place[1] + _HIGH // 2


def _text(value: str) -> str:
    short = value if len(value) <= _LONGEST + 8 else f"{value[: _LONGEST + 5]}..."
    return escape(visible(short))
