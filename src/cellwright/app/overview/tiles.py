"""The cells of a fleet as tiles: found by text, state and labels, sorted, a page at a time."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from cellwright.app.overview.cell_state import RANK, CellState
from cellwright.app.overview.entry import CellEntry
from cellwright.app.overview.view import FleetView
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState

PAGE = 200
_MOST_VALUES = 100
"""A label with more values than this tells cells apart and groups none: it is found by text."""
NO_LIVES: Mapping[CellAddress, ClientState] = {}
TAG = "tag"
"""The filter of tags, which a cell may have several of."""
_RESERVED = frozenset({"level", "state", "life", "q", "sort", "page", TAG})


class TileOrder(Enum):
    """How tiles are sorted."""

    NAME = "name"
    STATE = "state"
    """What wants attention first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileQuery:
    """Which cells, in which order."""

    level: str = ""
    states: frozenset[CellState] = frozenset()
    """Empty: any."""
    lives: frozenset[ClientState] = frozenset()
    """States of clients; empty: any."""
    text: str = ""
    """Words that must all occur in the address, a label or a tag."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Also `tag`."""
    order: TileOrder = TileOrder.NAME
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One cell on the page."""

    cell: CellEntry
    state: CellState
    run: str | None
    """The run that is at work on it."""
    life: ClientState | None = None
    """The state of a client; None for another cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A label by which cells can be told into groups."""

    key: str
    values: tuple[tuple[str, int], ...]
    """Each with how many cells have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TilePage:
    """The tiles of one page."""

    tiles: tuple[Tile, ...]
    total: int
    """On all pages."""
    page: int
    pages: int
    counts: Mapping[CellState, int]
    """Of the cells that all filters but that of states let through."""


def tiles(view: FleetView, query: TileQuery, lives: Mapping[CellAddress, ClientState] = NO_LIVES) -> TilePage:
    """Find cells; a page beyond the last is the last. `lives` are the states of clients."""
    # What is searched for differs from person to person: only what many look at is kept.
    if query.text or query.labels or query.level not in {"", *view.counts}:
        matching, counts = _matching(view, query)
    else:
        matching, counts = view.once((tiles, query.level), lambda: _matching(view, query))
    states = view.states
    if query.lives:
        matching = [cell for cell in matching if lives.get(cell.address) in query.lives]
        counts = Counter(states[cell.address] for cell in matching)
    if query.states:
        matching = [cell for cell in matching if states[cell.address] in query.states]
    if query.order is TileOrder.STATE:
        matching = sorted(matching, key=lambda cell: RANK[states[cell.address]])
    pages = max(1, -(-len(matching) // PAGE))
    page = min(max(1, query.page), pages)
    shown = matching[(page - 1) * PAGE : page * PAGE]
    return TilePage(
        tiles=tuple(
            Tile(
                cell=cell,
                state=view.states[cell.address],
                run=view.run_at(cell.address),
                life=lives.get(cell.address),
            )
            for cell in shown
        ),
        total=len(matching),
        page=page,
        pages=pages,
        counts={state: counts[state] for state in CellState if counts[state]},
    )


def facets(view: FleetView, level: str = "") -> tuple[Facet, ...]:
    """Give the labels by which the cells of a level, or of all, can be filtered."""
    if level and level not in view.counts:
        return ()
    return view.once((facets, level), lambda: _facets(view, level), lasting=True)


def _facets(view: FleetView, level: str) -> tuple[Facet, ...]:
    cells = [cell for cell in view.cells.values() if not level or cell.address.level == level]
    found: dict[str, Counter[str]] = {}
    for cell in cells:
        for key, text in cell.labels.items():
            found.setdefault(key, Counter())[text] += 1
        for tag in cell.tags:
            found.setdefault(TAG, Counter())[tag] += 1
    return tuple(
        Facet(key=key, values=tuple(sorted(values.items())))
        for key, values in sorted(found.items())
        if _groups(key, values, len(cells))
    )


def search(cells: Iterable[CellEntry], text: str, limit: int) -> Sequence[CellEntry]:
    """Find cells by words; those whose name begins with the text come first."""
    words, wanted = text.casefold().split(), text.casefold().strip()
    found = [cell for cell in cells if all(word in cell.searched for word in words)]
    rank: Callable[[CellEntry], tuple[bool, bool]] = lambda cell: (  # noqa: E731  used once
        cell.address.cell.casefold() != wanted,
        not cell.address.cell.casefold().startswith(wanted),
    )
    return sorted(found, key=rank)[:limit]


def _matching(view: FleetView, query: TileQuery) -> tuple[Sequence[CellEntry], Counter[CellState]]:
    """Find the cells that all filters but that of states let through, and count their states."""
    words = query.text.casefold().split()
    if not words and not query.labels:
        of_level = view.counts.items()
        total = sum((counts for level, counts in of_level if query.level in {"", level}), Counter())
        cells = view.cells.values()
        return [cell for cell in cells if not query.level or cell.address.level == query.level], total
    found = [cell for cell in view.cells.values() if _matches(cell, query, words)]
    return found, Counter(view.states[cell.address] for cell in found)


def _groups(key: str, values: Mapping[str, int], cells: int) -> bool:
    if key == TAG:
        return True
    distinct = len(values)
    return key not in _RESERVED and 1 < distinct <= _MOST_VALUES and (distinct < cells or cells <= 2)  # noqa: PLR2004


def _matches(cell: CellEntry, query: TileQuery, words: Sequence[str]) -> bool:
    if query.level and cell.address.level != query.level:
        return False
    for key, wanted in query.labels.items():
        if wanted not in cell.tags if key == TAG else cell.labels.get(key) != wanted:
            return False
    return all(word in cell.searched for word in words)
