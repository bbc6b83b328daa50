"""How many examples the property tests draw: few in `make test`, many in `make test-long`."""

import os

_TIMES = float(os.environ.get("CELLWRIGHT_EXAMPLES", "0.5"))
_FEWEST = 5


def examples(count: int) -> int:
    """As many, times what CELLWRIGHT_EXAMPLES says (a half without it), and never less than a handful."""
    return max(_FEWEST, round(count * _TIMES))
