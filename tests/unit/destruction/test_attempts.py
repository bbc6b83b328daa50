from dataclasses import replace

from cellwright.destruction.attempts import APPLIED, MISSING_LATER, gone
from cellwright.model.address import UnitAddress
from cellwright.model.runs.removal import RemovalEnd, RemovalRecord
from unit.destruction.world import record


def attempt(name: str, number: int, ended: RemovalEnd | None, run: str = "r1") -> RemovalRecord:
    at = f"2026-11-0{number}T00:00:00.000000+00:00"
    return replace(
        record("aws_vpc", name),
        run=run,
        attempt=number,
        begun_at=at,
        ended_at=at if ended else None,
        ended=ended,
    )


def told(*records: RemovalRecord) -> list[tuple[str, int, str]]:
    return [(item.resource.address, item.attempt, known) for item, _, known in gone(records)]


def test_what_an_apply_that_ended_well_removed_is_gone() -> None:
    assert told(attempt("a", 1, RemovalEnd.APPLIED)) == [("aws_vpc.a", 1, APPLIED)]


def test_what_a_later_plan_still_had_went_with_that_one_and_the_rest_before() -> None:
    found = told(
        attempt("a", 1, RemovalEnd.FAILED),
        attempt("b", 1, RemovalEnd.FAILED),
        attempt("b", 2, None, "r2"),
        attempt("c", 1, RemovalEnd.FAILED),
        attempt("c", 2, None, "r2"),
        attempt("c", 3, RemovalEnd.APPLIED, "r3"),
    )
    assert found == [
        ("aws_vpc.a", 1, MISSING_LATER),
        ("aws_vpc.b", 2, MISSING_LATER),
        ("aws_vpc.c", 3, APPLIED),
    ]


def test_an_object_that_was_replaced_and_the_one_after_it_both_count() -> None:
    found = told(attempt("a", 1, RemovalEnd.APPLIED), attempt("a", 2, RemovalEnd.APPLIED))
    assert len(found) == 2


def test_units_are_told_apart() -> None:
    other = replace(attempt("a", 2, RemovalEnd.APPLIED), unit=UnitAddress("client", "acme", "app"))
    assert len(told(attempt("a", 1, RemovalEnd.FAILED), other)) == 2
