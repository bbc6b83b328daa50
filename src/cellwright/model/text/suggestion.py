"""Suggestions for names that are not known: the nearest known one."""

import difflib
from collections.abc import Iterable

_LISTED = 6
"""The most names that are listed if none is similar."""

_AS_NEAR = 0.08
"""How much less like the name (by difflib's ratio) a second one may be that is suggested, too."""


def nearest(name: str, known: Iterable[str], similarity: float = 0.6) -> str | None:
    """Give the known name most like `name`; None if none reaches `similarity` (difflib's ratio)."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=similarity)), None)


def nearest_three(name: str, known: Iterable[str]) -> list[str]:
    """Give up to three known names that are like `name`, the most like first."""
    return difflib.get_close_matches(name, sorted(known), n=3)


def nearest_two(name: str, known: Iterable[str], similarity: float = 0.6) -> tuple[str, ...]:
    """Give the known name most like `name`, and a second one that is about as like it."""
    found = difflib.get_close_matches(name, sorted(set(known)), n=2, cutoff=similarity)
    ratios = [difflib.SequenceMatcher(a=name, b=item).ratio() for item in found]
    return tuple(item for item, ratio in zip(found, ratios, strict=True) if ratio > ratios[0] - _AS_NEAR)


def question(near: tuple[str, ...]) -> str:
    """Ask for the name that was meant: `did you mean 'show' or 'shell'?`; empty without one."""
    named = " or ".join(f"'{name}'" for name in near)
    return f"did you mean {named}?" if near else ""


def advice(name: str, known: Iterable[str]) -> str:
    """Suggest the name in `known` that is nearest to `name`, or list the known ones."""
    names = sorted(set(known))
    if near := nearest_two(name, names):
        return question(near)
    if not names:
        return ""
    listed = ", ".join(names[:_LISTED])
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"known: {listed}{more}"
