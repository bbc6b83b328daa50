import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.fetched_module import FetchedModule, FetchRecord
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.planning.module_status import with_moved_modules

A, B = UnitAddress("c", "a", "s"), UnitAddress("c", "b", "s")


def fetched(commit: str) -> tuple[FetchedModule, ...]:
    return (FetchedModule("m", "source", "", "commit", commit * 40),)


RECORDS = (
    FetchRecord(str(A), "tree", "2026-01-01", fetched("1")),
    FetchRecord(str(B), "tree", "2026-01-02", fetched("2")),
)
MOVED = Reason(ReasonKind.SOURCE, "module m has moved: commit 111111111111 -> commit 222222222222")
INPUT = Reason(ReasonKind.INPUT, "n: 1 -> 2")
SOURCE = Reason(ReasonKind.SOURCE, "source of s")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (UnitStatus(A, Status.UP_TO_DATE), UnitStatus(A, Status.CHANGED, (MOVED,))),
        (UnitStatus(A, Status.CHANGED, (INPUT,)), UnitStatus(A, Status.CHANGED, (INPUT, MOVED))),
        (UnitStatus(A, Status.CHANGED, (SOURCE,)), None),
        (UnitStatus(A, Status.FAILED), None),
        (UnitStatus(A, Status.DESTROY), None),
        (UnitStatus(B, Status.UP_TO_DATE), None),
        (UnitStatus(UnitAddress("c", "d", "s"), Status.UP_TO_DATE), None),
    ],
)
def test_a_unit_is_changed_if_another_has_newer_modules(before: UnitStatus, after: UnitStatus | None) -> None:
    assert with_moved_modules((before,), RECORDS) == (after or before,)


def test_a_stack_of_another_tree_says_nothing_of_this_one() -> None:
    records = (RECORDS[0], FetchRecord(str(B), "other tree", "2026-01-02", fetched("2")))
    before = (UnitStatus(A, Status.UP_TO_DATE),)
    assert with_moved_modules(before, records) == before
