"""Why a unit was skipped names the unit that failed: not to those who may not see that one."""

import re
from collections.abc import Iterable
from dataclasses import replace

from cellwright.app.overview.reach import Reach, everything
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic

_NOT_RUN = re.compile(r"(not run: (?:wave \d+ did not succeed: )?)([^\s/]+/[^\s/]+/[^\s/]+)( .*)", re.DOTALL)
"""As whoever skips a unit writes it."""


def concealed(said: Iterable[Diagnostic], readable: Reach) -> tuple[Diagnostic, ...]:
    """Give what was said of a unit, without the name of another one that may not be seen."""
    return tuple(said) if readable is everything else tuple(_concealed(item, readable) for item in said)


def _concealed(item: Diagnostic, readable: Reach) -> Diagnostic:
    found = _NOT_RUN.fullmatch(item.summary)
    if found is None or readable(UnitAddress.parse(found[2]).of_cell):
        return item
    return replace(item, summary=f"{found[1]}a unit that comes before it{found[3]}")
