"""Why units failed: the first line of the error, and the run that has its log."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus

if TYPE_CHECKING:
    from cellwright.ledger.read.unit_reader import UnitFailure

RUNS = 50
"""A unit that failed and was not tried again in so many runs says that it failed, and no more."""

_LONGEST = 120
"""Characters of an error; longer ones are cut."""

Failures: TypeAlias = Callable[[Collection[UnitAddress], int], Mapping[UnitAddress, "UnitFailure"]]


_TO_BE_PLANNED = frozenset({Status.CHANGED, Status.NEVER_APPLIED, Status.DESTROY})
_PLAN_FAILED = "the last plan failed, "


class FailuresOf(Protocol):
    """What the ledger knows of units that failed."""

    def failures(self, addresses: Collection[UnitAddress], runs: int) -> Mapping[UnitAddress, "UnitFailure"]:
        """How these units failed last, as far as the newest `runs` runs tell."""

    def plan_failures(
        self, addresses: Collection[UnitAddress], runs: int
    ) -> Mapping[UnitAddress, "UnitFailure"]:
        """Those of these units that failed when they were planned last."""


def with_all_failures(statuses: tuple[UnitStatus, ...], ledger: FailuresOf) -> tuple[UnitStatus, ...]:
    """Add to each failed unit what its error was, and to those that could not be planned why."""
    return _with_plan_failures(with_failures(statuses, ledger.failures), ledger.plan_failures)


def _with_plan_failures(statuses: tuple[UnitStatus, ...], failures: Failures) -> tuple[UnitStatus, ...]:
    waiting = [item.address for item in statuses if item.status in _TO_BE_PLANNED]
    known = failures(waiting, RUNS) if waiting else {}
    return tuple(
        replace(item, reasons=(_planning(known[item.address]), *item.reasons))
        if item.status in _TO_BE_PLANNED and item.address in known
        else item
        for item in statuses
    )


def _planning(failure: "UnitFailure") -> Reason:
    reason = failure_reason(failure)
    return replace(reason, text=f"{_PLAN_FAILED}{reason.text}")


def with_failures(statuses: tuple[UnitStatus, ...], failures: Failures) -> tuple[UnitStatus, ...]:
    """Add to each failed unit what its error was; `failures` is asked only if there are failed units."""
    failed = [item.address for item in statuses if item.status is Status.FAILED]
    if not failed:
        return statuses
    known = failures(failed, RUNS)
    return tuple(
        replace(item, reasons=(failure_reason(known[item.address]), *item.reasons))
        if item.status is Status.FAILED and item.address in known
        else item
        for item in statuses
    )


def failure_reason(failure: "UnitFailure") -> Reason:
    """The failure as a reason: `run 20261127-113319-ceae: bucket exists already (main.tf:14)`."""
    found = _decisive(failure.diagnostics)
    if found is None:
        return Reason(ReasonKind.FAILURE, f"run {failure.run}")
    return Reason(ReasonKind.FAILURE, f"run {failure.run}: {_first_line(found)}", found.position)


def _decisive(diagnostics: Sequence[Diagnostic]) -> Diagnostic | None:
    errors = (item for item in diagnostics if item.severity is Severity.ERROR)
    return next(errors, next(iter(diagnostics), None))


def _first_line(found: Diagnostic) -> str:
    lines = [line.strip() for text in (found.summary, found.detail) for line in text.splitlines()[:1]]
    text = ": ".join(filter(None, lines))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
