"""How many guesses a password withstands: zxcvbn knows leaked ones, words, names, dates, rows of keys."""

from collections.abc import Iterable
from threading import Lock

FEWEST = 1e9
"""Guesses. Whoever tries to sign in has forty an hour; this is for whoever has got hold of the hashes."""
_LOOKED_AT = 64
"""Characters: the time that it takes grows with their square."""
_ONE_AT_A_TIME = Lock()
"""The library keeps the words of the person in a place that all calls share."""


def is_guessed(password: str, words: Iterable[str]) -> bool:
    """Tell whether a password is soon guessed by whoever knows `words`, such as its owner's names."""
    # Its lists take 25 MB and a tenth of a second: only where somebody sets a password.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    with _ONE_AT_A_TIME:
        found = zxcvbn(password[:_LOOKED_AT], user_inputs=list(words))
    return float(found["guesses"]) < FEWEST
