"""Masks very many or very long secrets, in a time that does not depend on how many there are.

Forms are found by their first characters. Where many lengths are possible there, only the shortest are
tried, and the longer ones are looked for by more characters: work goes on only as far as a text agrees with
a form.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

MASK = "(sensitive value)"

MIN_LENGTH = 4
"""Shorter values are not masked: they occur everywhere by chance."""


_TRIED = 8
"""Lengths that are tried behind the first characters; twice as many one step further, and so on."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Forms with the same beginning."""

    lengths: tuple[int, ...]
    """Of the shorter ones, longest first."""
    characters: int = 0
    """So many first characters tell the longer ones apart; 0: there are none."""
    longer: "Mapping[str, _Step] | None" = None


class ManyForms:
    """Finds the longest of many texts at each place; each has at least `MIN_LENGTH` characters."""

    __slots__ = ("_forms", "_starts")

    def __init__(self, forms: Iterable[str]) -> None:
        self._forms = frozenset(forms)
        self._starts = _grouped(self._forms, MIN_LENGTH, _TRIED)

    def __call__(self, text: str) -> str:
        """Give `text` with every form masked."""
        parts: list[str] = []
        done = place = 0
        last = len(text) - MIN_LENGTH
        while place <= last:
            step = self._starts.get(text[place : place + MIN_LENGTH])
            end = self._end(text, place, step) if step is not None else place
            if end == place:
                place += 1
                continue
            parts += text[done:place], MASK
            done = place = end
        parts.append(text[done:])
        return "".join(parts)

    def _end(self, text: str, place: int, step: _Step) -> int:
        """Find the end of the longest form that begins at `place`; `place` itself if none does."""
        left = len(text) - place
        if step.longer is not None and step.characters <= left:
            following = step.longer.get(text[place : place + step.characters])
            end = self._end(text, place, following) if following is not None else place
            if end > place:
                return end
        for length in step.lengths:
            if length <= left and text[place : place + length] in self._forms:
                return place + length
        return place


def _grouped(forms: Collection[str], characters: int, tried: int) -> dict[str, _Step]:
    """Group forms by their first characters; all have so many."""
    groups: dict[str, list[str]] = {}
    for form in forms:
        groups.setdefault(form[:characters], []).append(form)
    return {start: _step(group, tried) for start, group in groups.items()}


def _step(forms: Collection[str], tried: int) -> _Step:
    lengths = sorted({len(form) for form in forms})
    if len(lengths) <= tried:
        return _Step(tuple(reversed(lengths)))
    next_length = lengths[tried]
    longer = [form for form in forms if len(form) >= next_length]
    return _Step(tuple(reversed(lengths[:tried])), next_length, _grouped(longer, next_length, 2 * tried))
