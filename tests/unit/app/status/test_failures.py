"""A failed unit says what its error was, and in which run."""

from collections.abc import Collection

import pytest

from cellwright.app.status.failures import with_all_failures, with_failures
from cellwright.ledger.read.unit_reader import UnitFailure
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.position import Position
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus

APP = UnitAddress("client", "acme", "app")
FAILED = UnitStatus(APP, Status.FAILED, (Reason(ReasonKind.INPUT, "a: 1 -> 2"),))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            (warning("old"), error("no bucket", "it exists\nrequest 17", Position("main.tf", 3, 1))),
            "run r1: no bucket: it exists (main.tf:3)",
        ),
        ((error("first\nsecond"),), "run r1: first"),
        ((error("x" * 200),), f"run r1: {'x' * 119}…"),
        ((), "run r1"),
    ],
)
def test_the_first_line_of_the_error_and_the_run(told: tuple[Diagnostic, ...], said: str) -> None:
    (found,) = with_failures((FAILED,), lambda _units, _runs: {APP: UnitFailure("r1", told)})
    assert [reason.summary for reason in found.reasons] == [said, "a: 1 -> 2"]


def test_a_failure_of_which_nothing_is_known_any_more_stays_as_it_is() -> None:
    assert with_failures((FAILED,), lambda _units, _runs: {}) == (FAILED,)


def test_the_ledger_is_asked_for_failed_units_only() -> None:
    def refuse(units: Collection[UnitAddress], _runs: int) -> dict[UnitAddress, UnitFailure]:
        raise AssertionError(units)

    quiet = (UnitStatus(APP, Status.CHANGED),)
    assert with_failures(quiet, refuse) == quiet


class Known:
    """A ledger in which the unit failed both ways."""

    def failures(self, _units: Collection[UnitAddress], _runs: int) -> dict[UnitAddress, UnitFailure]:
        return {APP: UnitFailure("r1", (error("of the apply"),))}

    def plan_failures(self, _units: Collection[UnitAddress], _runs: int) -> dict[UnitAddress, UnitFailure]:
        return {APP: UnitFailure("r2", (error("of the plan"),))}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.CHANGED, ["the last plan failed, run r2: of the plan"]),
        (Status.NEVER_APPLIED, ["the last plan failed, run r2: of the plan"]),
        (Status.DESTROY, ["the last plan failed, run r2: of the plan"]),
        (Status.FAILED, ["run r1: of the apply"]),
        (Status.UP_TO_DATE, []),
        (Status.BLOCKED, []),
    ],
)
def test_a_unit_that_could_not_be_planned_says_so_and_a_failed_one_how_its_apply_ended(
    status: Status, said: list[str]
) -> None:
    (found,) = with_all_failures((UnitStatus(APP, status),), Known())
    assert [reason.summary for reason in found.reasons] == said
