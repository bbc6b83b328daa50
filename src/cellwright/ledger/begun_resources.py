"""What an apply is known to have begun with: as much of its progress as its process could still store."""

from collections.abc import Callable

from cellwright.ledger.progress import RunProgress
from cellwright.model.address import UnitAddress
from cellwright.model.runs.progress import Phase, PhaseEntered, ResourceProgress

_AT_ONCE = 1000
_MOST = 20
"""So many resources are named."""


def begun_resources(progress: RunProgress, run: str, unit: UnitAddress) -> tuple[str, ...]:
    """Name the resources with which the latest apply of a unit in a run has begun, the first ones.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return _resources(progress, run, unit, lambda seen: seen.action != "read")


def made_resources(progress: RunProgress, run: str, unit: UnitAddress) -> tuple[str, ...]:
    """Name the resources that the latest apply of a unit in a run has told to be created, the first ones.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return _resources(progress, run, unit, lambda seen: (seen.action, seen.state) == ("create", "done"))


def _resources(
    progress: RunProgress, run: str, unit: UnitAddress, counts: Callable[[ResourceProgress], bool]
) -> tuple[str, ...]:
    found: dict[str, None] = {}
    after = 0
    while page := progress.of_unit(run, unit, after, _AT_ONCE):
        after = page[-1].id
        for stored in page:
            match stored.event().progress:
                case PhaseEntered(phase=Phase.APPLYING):
                    found.clear()
                case ResourceProgress() as seen if counts(seen):
                    found[seen.resource] = None
                case _:
                    pass
    return tuple(found)[:_MOST]
