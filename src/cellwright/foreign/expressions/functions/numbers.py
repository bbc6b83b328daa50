"""Functions of numbers."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from cellwright.foreign.expressions.values import NoValue, number_of

_LARGEST = 1_000


def _pow(given: list[Any]) -> Any:  # noqa: ANN401  a number
    base, exponent = Decimal(number_of(given[0])), Decimal(number_of(given[1]))
    if abs(exponent) > _LARGEST:
        raise NoValue("the exponent is too large")
    return number_of(base**exponent)


NUMBERS: Mapping[str, Callable[[list[Any]], Any]] = {
    "abs": lambda given: abs(number_of(given[0])),
    "ceil": lambda given: math.ceil(number_of(given[0])),
    "floor": lambda given: math.floor(number_of(given[0])),
    "max": lambda given: max(map(number_of, given)),
    "min": lambda given: min(map(number_of, given)),
    "parseint": lambda given: int(str(given[0]), int(given[1])),
    "pow": _pow,
    "signum": lambda given: int(Decimal(number_of(given[0])).compare(0)),
}
