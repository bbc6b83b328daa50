"""Chooses a place for a new cell among those that are allowed; the same facts give the same place."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.capacity.book import CapacityBook
from cellwright.capacity.findings import amounts, how_to_raise, with_room
from cellwright.fleet.capacity import Resources, Strategy
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position

_MOST_TOLD = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that is allowed, and the cell as it would be there."""

    place: str
    uses: Resources
    lacks: tuple[str, ...] = ()
    """Units of the place that the cell needs, and that are not there or switched off."""


def choose(book: CapacityBook, candidates: Sequence[Candidate], strategy: Strategy) -> Candidate | None:
    """Give the place that has what the cell needs, and room: the first one, or the emptiest one.

    None if there is none; `refusal` says why.
    """
    fits = [item for item in candidates if not item.lacks and not book.lacking(item.place, item.uses)]
    if not fits:
        return None
    if strategy == "fill":
        return fits[0]
    return min(fits, key=lambda item: (book.fullness(item.place, item.uses), book.count(item.place)))


def refusal(
    book: CapacityBook, candidates: Sequence[Candidate], what: str, position: Position | None = None
) -> Diagnostic:
    """Say why no candidate can take a cell, and what can be done about it."""
    reasons = [f"{item.place}: {_reason(book, item)}" for item in candidates[:_MOST_TOLD]]
    more = len(candidates) - len(reasons)
    told = "; ".join([*reasons, *([f"and {more} more"] if more > 0 else [])])
    return error(f"{what}: {told}", _advice(book, candidates), position)


def _reason(book: CapacityBook, item: Candidate) -> str:
    if item.lacks:
        return f"it lacks {', '.join(item.lacks)}"
    lacking = book.lacking(item.place, item.uses)
    wanted = dict(item.uses)
    return ", ".join(
        f"{amounts(book, held)} are used, and it needs {wanted.get(held.resource, 1)} more"
        for held in lacking
    )


def _advice(book: CapacityBook, candidates: Sequence[Candidate]) -> str:
    full = [item for item in candidates if not item.lacks]
    if not full:
        return "switch on what it lacks there, or place the cell elsewhere"
    first = full[0]
    tight = book.lacking(first.place, first.uses)
    raised = f"; or {how_to_raise(book, first.place, tight[0])}" if tight else ""
    return f"{with_room(book, first.uses)}{raised}"
