"""Which texts are numbers and bools in Terraform."""

import re
from typing import assert_never

from cellwright.stacks.types.constraint import Primitive

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEpP][+-]?\d+)?\Z", re.ASCII)
_BOOLS = frozenset({"true", "false", "1", "0"})


def primitive_fits(wanted: Primitive, text: str) -> bool:
    """Tell whether a text converts to a primitive type."""
    match wanted:
        case Primitive.STRING:
            return True
        case Primitive.NUMBER:
            return bool(_NUMBER.match(text))
        case Primitive.BOOL:
            return text in _BOOLS
        case _:
            assert_never(wanted)
