"""Why a unit was skipped names the unit that failed: not to those who may not see that one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cellwright.app.overview.reach import Reach, everything
from cellwright.ledger.progress import StoredProgress
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic

_NOT_RUN = re.compile(r"(not run: (?:wave \d+ did not succeed: )?)([^\s/]+/[^\s/]+/[^\s/]+)( .*)", re.DOTALL)
"""As whoever skips a unit writes it."""


def concealed(said: Iterable[Diagnostic], readable: Reach) -> tuple[Diagnostic, ...]:
    """Give what was said of a unit, without the name of another one that may not be seen."""
    return tuple(said) if readable is everything else tuple(_concealed(item, readable) for item in said)


def progress_seen(found: Iterable[StoredProgress], readable: Reach) -> Iterator[StoredProgress]:
    """Yield the pieces of a run's progress that are about units that may be seen, without names of others."""
    for item in found:
        if readable is everything:
            yield item
        elif item.unit is None or readable(UnitAddress.parse(item.unit).of_cell):
            yield replace(item, detail=_detail(item.detail, readable))


def _detail(detail: Mapping[str, Any], readable: Reach) -> Mapping[str, Any]:
    """Give a piece's detail: a diagnostic, or what has some, or neither."""
    if "diagnostics" in detail:
        return {**detail, "diagnostics": [_detail(item, readable) for item in detail["diagnostics"]]}
    if "summary" in detail:
        return {**detail, "summary": _summary(str(detail["summary"]), readable)}
    return detail


def _concealed(item: Diagnostic, readable: Reach) -> Diagnostic:
    return replace(item, summary=_summary(item.summary, readable))


def _summary(text: str, readable: Reach) -> str:
    found = _NOT_RUN.fullmatch(text)
    if found is None or readable(UnitAddress.parse(found[2]).of_cell):
        return text
    return f"{found[1]}a unit that comes before it{found[3]}"
