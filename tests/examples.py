"""How many examples the property tests draw: few in `make test`, many in `make test-long`."""

import os

_TIMES = int(os.environ.get("CELLWRIGHT_EXAMPLES", "1"))


def examples(count: int) -> int:
    """As many, times what CELLWRIGHT_EXAMPLES says (1 without it)."""
    return count * _TIMES
