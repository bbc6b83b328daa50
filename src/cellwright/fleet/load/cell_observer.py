"""Callback for each resolved cell."""

from collections.abc import Callable
from typing import TypeAlias

from cellwright.fleet.resolve.cell import ResolvedCell

CellObserver: TypeAlias = Callable[[ResolvedCell], None]
"""Called with every cell that a load resolves, not with those that it takes from the cache.

The cell may have the units of some stacks only: those that may have changed. To make the cells again later
would take as long as loading did.
"""
