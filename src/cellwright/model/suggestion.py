"""The nearest known name, for findings about unknown ones."""

import difflib
from collections.abc import Iterable

_LISTED = 6
"""With no near name, so many known ones are shown at most."""


def advice(name: str, known: Iterable[str]) -> str:
    """Say what may have been meant by `name`: the nearest of `known`, or what there is to choose from."""
    names = sorted(set(known))
    if near := difflib.get_close_matches(name, names, n=1):
        return f"did you mean '{near[0]}'?"
    if not names:
        return ""
    listed = ", ".join(names[:_LISTED])
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"known: {listed}{more}"
