"""Two long texts cut down to where they differ: what is left out is equal on both sides, or is told."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 40
"""Equal characters that are kept on each side of a difference."""

_MOST_TOKENS = 1_500
"""Tokens of a text that are compared one by one: the time grows with the square of their number."""

_FINE = re.compile(r"\w+|\W")
_COARSE = re.compile(r"[^,;\n]*[,;\n]?")
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class _Hunk:
    """A stretch of both texts: equal, or different."""

    before: str
    after: str

    @property
    def equal(self) -> bool:
        return self.before == self.after


def differing(before: str, after: str, limit: int, most: int) -> tuple[str, str]:
    """Cut two texts down to where they differ, if one of them is longer than `limit`.

    Equal parts are folded; a stretch that differs, or has nothing to be compared with, is shown up to `most`
    characters, and then told with a digest of the whole text. So two texts that differ never look equal.
    """
    if max(len(before), len(after)) <= limit:
        return before, after
    if min(len(before), len(after)) <= CONTEXT:  # nothing, "(known after apply)": not to be compared
        return _cut(before, before, most), _cut(after, after, most)
    hunks = tuple(_hunks(before, after))
    amount = sum(not hunk.equal for hunk in hunks)
    share = max(most // max(amount, 1), CONTEXT)
    sides: tuple[list[str], list[str]] = ([], [])
    for number, hunk in enumerate(hunks):
        if hunk.equal:
            folded = _folded(hunk.before, first=number == 0, last=number == len(hunks) - 1)
            pair = (folded, folded)
        else:
            pair = (_cut(hunk.before, before, share), _cut(hunk.after, after, share))
        for side, text in zip(sides, pair, strict=True):
            side.append(text)
    return "".join(sides[0]), "".join(sides[1])


def _cut(text: str, whole: str, most: int) -> str:
    if len(text) <= most:
        return text
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{text[:most]}…({len(text) - most:,} more characters, SHA-256 of all {digest})"


def _folded(text: str, *, first: bool, last: bool) -> str:
    """Keep what lies beside a difference; a text's own ends are no difference."""
    head, tail = "" if first else text[:CONTEXT], "" if last else text[-CONTEXT:]
    mark = f"…({len(text) - len(head) - len(tail):,} equal)…"
    return text if len(text) <= len(head) + len(tail) + len(mark) else f"{head}{mark}{tail}"


def _hunks(before: str, after: str) -> Iterator[_Hunk]:
    start = _alike(before, after)
    room = min(len(before), len(after)) - start
    end = min(_alike(before[::-1], after[::-1]), room)
    if start:
        yield _Hunk(before[:start], after[:start])
    yield from _middle(before[start : len(before) - end], after[start : len(after) - end])
    if end:
        yield _Hunk(before[-end:], after[-end:])


def _alike(one: str, other: str) -> int:
    """Count the characters at the beginning that are equal."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def _middle(before: str, after: str) -> Iterator[_Hunk]:
    left, right = _tokens(before, after)
    if max(len(left), len(right)) > _MOST_TOKENS:
        yield _Hunk(before, after)
        return
    for _, first, last, begin, until in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield _Hunk("".join(left[first:last]), "".join(right[begin:until]))


def _tokens(before: str, after: str) -> tuple[Sequence[str], Sequence[str]]:
    fine = _FINE.findall(before), _FINE.findall(after)
    if max(map(len, fine)) <= _MOST_TOKENS:
        return fine
    return _COARSE.findall(before), _COARSE.findall(after)
