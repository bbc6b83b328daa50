"""Keeps the names of a loaded fleet for completion at a prompt."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.fleet.cache.names import has_names, write_names
from cellwright.fleet.resolve.cell_summary import CellSummary
from cellwright.fleet.resolve.contracts import Contracts
from cellwright.model.address import CellAddress


def keep_names(
    cache: Path, summaries: Mapping[CellAddress, CellSummary], contracts: Contracts, *, unchanged: bool
) -> None:
    """Keep the names of a whole fleet, unless nothing has changed since they were kept."""
    if unchanged and has_names(cache):
        return
    write_names(
        cache,
        {str(cell): tuple(unit.stack for unit in item.units) for cell, item in summaries.items()},
        _input_names(summaries, contracts),
        (item.labels() for item in summaries.values()),
    )


def _input_names(
    summaries: Mapping[CellAddress, CellSummary], contracts: Contracts
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for cell, summary in summaries.items():
        for unit in summary.units:
            stack = f"{cell.level}/{unit.stack}"
            if stack not in found and (known := contracts.known(unit.pin)) is not None:
                found[stack] = tuple(sorted(known.contract.variables))
    return found
