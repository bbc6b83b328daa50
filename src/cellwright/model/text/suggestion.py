"""Suggestions for names that are not known: the nearest known one."""

import difflib
from collections.abc import Iterable

_LISTED = 6
"""The most names that are listed if none is similar."""


def nearest(name: str, known: Iterable[str], similarity: float = 0.6) -> str | None:
    """Give the known name most like `name`; None if none reaches `similarity` (difflib's ratio)."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=similarity)), None)


def nearest_three(name: str, known: Iterable[str]) -> list[str]:
    """Give up to three known names that are like `name`, the most like first."""
    return difflib.get_close_matches(name, sorted(known), n=3)


def advice(name: str, known: Iterable[str]) -> str:
    """Suggest the name in `known` that is nearest to `name`, or list the known ones."""
    names = sorted(set(known))
    if near := nearest(name, names):
        return f"did you mean '{near}'?"
    if not names:
        return ""
    listed = ", ".join(names[:_LISTED])
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"known: {listed}{more}"
