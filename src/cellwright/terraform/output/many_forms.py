"""Masks very many or very long secrets, in a time that does not depend on how many there are."""

from collections.abc import Iterable

MASK = "(sensitive value)"

MIN_LENGTH = 4
"""Shorter values are not masked: they occur everywhere by chance."""


class ManyForms:
    """Finds texts by their first characters, the longest first; each has at least `MIN_LENGTH` characters."""

    __slots__ = ("_forms", "_lengths")

    def __init__(self, forms: Iterable[str]) -> None:
        self._forms = frozenset(forms)
        lengths: dict[str, set[int]] = {}
        for form in self._forms:
            lengths.setdefault(form[:MIN_LENGTH], set()).add(len(form))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    def __call__(self, text: str) -> str:
        """Give `text` with every form masked."""
        parts: list[str] = []
        done = place = 0
        last = len(text) - MIN_LENGTH
        while place <= last:
            lengths = self._lengths.get(text[place : place + MIN_LENGTH])
            end = self._end(text, place, lengths) if lengths is not None else place
            if end == place:
                place += 1
                continue
            parts += text[done:place], MASK
            done = place = end
        parts.append(text[done:])
        return "".join(parts)

    def _end(self, text: str, place: int, lengths: list[int]) -> int:
        """Find the end of the longest form that begins at `place`; `place` itself if none does."""
        left = len(text) - place
        for length in lengths:
            if length <= left and text[place : place + length] in self._forms:
                return place + length
        return place
