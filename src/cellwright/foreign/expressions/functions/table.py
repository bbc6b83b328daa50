"""All functions of HCL that are evaluated, by name."""

from collections.abc import Callable, Mapping

from cellwright.foreign.expressions.functions.collections import COLLECTIONS
from cellwright.foreign.expressions.functions.encodings import ENCODINGS, OF_JSON
from cellwright.foreign.expressions.functions.networks import NETWORKS
from cellwright.foreign.expressions.functions.numbers import NUMBERS
from cellwright.foreign.expressions.functions.texts import JOINING, TEXTS
from cellwright.foreign.tree import ForeignValue

FUNCTIONS: Mapping[str, Callable[[list[ForeignValue]], ForeignValue]] = {
    **COLLECTIONS,
    **TEXTS,
    **JOINING,
    **NUMBERS,
    **ENCODINGS,
    **OF_JSON,
    **NETWORKS,
}

TAKE_PARTS = frozenset({*COLLECTIONS, *JOINING, *OF_JSON})
"""Functions that may be given what has outputs, or values that can't be told, as parts."""
