"""In which order tests are given to pytest-xdist, so that no core is idle.

`--dist worksteal` cuts the list into one piece for each worker, and whoever has ended takes tests from the
end of the longest piece. Tests of programs wait much and use little; unit tests only compute. So each piece
begins with its share of those that wait, and ends with unit tests, which keep every core busy until the end.
"""

from collections.abc import Callable, Hashable, Sequence
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")


def deal(items: Sequence[T], workers: int, together: Callable[[T], Hashable | None]) -> list[T]:
    """Put the tests in the order in which each worker's piece begins with its share of those that wait.

    Args:
        items: all tests; those that wait longest first.
        workers: how many pieces the list is cut into.
        together: what tests that wait have in common if they share what is set up once; None: a test that
            doesn't wait.
    """
    sizes = _sizes(len(items), workers)
    pieces: list[list[T]] = [[] for _ in sizes]
    rest: list[T] = []
    turn = 0
    for key, found in groupby(items, key=together):
        group = list(found)
        fitting = [
            (turn + step) % workers
            for step in range(workers)
            if len(pieces[(turn + step) % workers]) + len(group) <= sizes[(turn + step) % workers]
        ]
        if key is None or not fitting:
            rest += group
            continue
        pieces[fitting[0]] += group
        turn = fitting[0] + 1
    for size, piece in zip(sizes, pieces, strict=True):
        missing = size - len(piece)
        piece.extend(rest[:missing])
        del rest[:missing]
    return [item for piece in pieces for item in piece]


def _sizes(count: int, workers: int) -> list[int]:
    """How many tests each worker gets at first, as pytest-xdist counts."""
    sizes = []
    for left in range(workers, 0, -1):
        sizes.append(count // left)
        count -= sizes[-1]
    return sizes
