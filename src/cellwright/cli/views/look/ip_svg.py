"""Pools as an SVG drawing: one band of rows per pool, one rectangle per run of equal slices."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from cellwright.app.ip.pools import PoolView
from cellwright.cli.views.look.pool_map import Share, slices

_SLICES = 4096
_ROW = 128
_SIDE = 7
_LEFT = 150
_LINE = 22
_MARGIN = 16
_WIDTH = _LEFT + _ROW * _SIDE + 2 * _MARGIN

_FILLS: Mapping[Share, str] = {
    Share.USED: "#2da44e",
    Share.PARTLY: "#9be9a8",
    Share.WAITING: "#d4a72c",
    Share.FREE: "#eaeef2",
}


def pools(found: Sequence[PoolView]) -> str:
    """Draw the pools; each rectangle has a tooltip with its addresses and their use."""
    parts: list[str] = []
    top = _MARGIN + _LINE
    for view in found:
        parts.extend(_band(view, top))
        top += _LINE + _height(view) + 2 * _MARGIN
    parts.extend(_legend(top))
    height = top + _LINE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>\n' + "".join(parts) + "</svg>\n"
    )


def _height(view: PoolView) -> int:
    return -(-len(slices(view, _SLICES)) // _ROW) * _SIDE


def _band(view: PoolView, top: int) -> Iterator[str]:
    shares = slices(view, _SLICES)
    network = view.pool.network
    width = network.num_addresses // len(shares)
    amount = f"{len(view.used)} used, {len(view.waiting)} in quarantine"
    yield _text(_MARGIN, top, f"{view.pool.name}  {network}  {amount}", bold=True)
    for row in range(0, len(shares), _ROW):
        y = top + _SIDE + row // _ROW * _SIDE
        if row // _ROW % 2 == 0:
            yield _text(_MARGIN, y + _SIDE, str(network[row * width]))
        place = row
        for share, run in groupby(shares[row : row + _ROW]):
            length = len(list(run))
            first, last = network[place * width], network[(place + length) * width - 1]
            yield _box(place - row, y, length, share, f"{first} - {last}: {share.value}")
            place += length
    yield from _names(view, top, width)


def _names(view: PoolView, top: int, width: int) -> Iterator[str]:
    """Lay transparent rectangles with the cells' names as tooltips over each block of a slice or more."""
    network = view.pool.network
    named = [(item.block, ", ".join(item.cells)) for item in view.used]
    named += [(item.block, f"{item.cell}, until {item.until:%Y-%m-%d}") for item in view.waiting]
    for block, name in named:
        start = int(block.network_address) - int(network.network_address)
        if block.num_addresses < width or not 0 <= start < network.num_addresses:
            continue
        place, end = start // width, (start + block.num_addresses) // width
        title = escape(f"{block}: {name}")
        while place < end:
            length = min(end - place, _ROW - place % _ROW)
            y = top + _SIDE + place // _ROW * _SIDE
            yield (
                f'<rect x="{_LEFT + place % _ROW * _SIDE}" y="{y}" width="{length * _SIDE}" '
                f'height="{_SIDE}" fill="transparent" stroke="white" stroke-width="0.5">'
                f"<title>{title}</title></rect>\n"
            )
            place += length


def _box(column: int, y: int, length: int, share: Share, title: str) -> str:
    return (
        f'<rect x="{_LEFT + column * _SIDE}" y="{y}" width="{length * _SIDE}" height="{_SIDE - 1}" '
        f'fill="{_FILLS[share]}"><title>{escape(title)}</title></rect>\n'
    )


def _legend(top: int) -> Iterator[str]:
    for number, share in enumerate(_FILLS):
        x = _LEFT + number * 160
        yield f'<rect x="{x}" y="{top - 9}" width="10" height="10" fill="{_FILLS[share]}"/>\n'
        yield _text(x + 16, top, share.value)


def _text(x: int, y: int, words: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}"{weight}>{escape(words)}</text>\n'
