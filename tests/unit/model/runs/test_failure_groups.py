"""Failures are grouped by cause, not by the words in which a provider tells one request from another."""

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.position import Position
from cellwright.model.runs.failure_groups import failure_groups

ACME, GLOBEX = UnitAddress("client", "acme", "app"), UnitAddress("client", "globex", "app")


def said(cell: str, number: str) -> Diagnostic:
    return error(
        f"creating bucket {cell}-files: RequestID: {number}, api error AccessDenied",
        f"see clients/{cell}.yaml",
        Position(f"clients/{cell}.yaml", 5, 3),
    )


def groups(one: Diagnostic, other: Diagnostic) -> list[tuple[int, bool]]:
    found = failure_groups([(ACME, (one,)), (GLOBEX, (other,))])
    return [(len(group.units), group.exact) for group in found]


def test_equal_failures_are_one_group() -> None:
    assert groups(error("no credentials", "log in"), error("no credentials", "log in")) == [(2, True)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (said("acme", "8XJ"), said("globex", "QK1")),
        (
            error("token 3f2b0c11-0a2b-4c3d-8e4f-aabbccddeeff is invalid"),
            error("token 00000000-0a2b-4c3d-8e4f-aabbccddeeff is invalid"),
        ),
        (error("expired at 2026-11-22T21:48:12Z"), error("expired at 2026-11-22 21:49:00.5+00:00")),
    ],
)
def test_names_and_numbers_of_requests_make_no_other_cause(one: Diagnostic, other: Diagnostic) -> None:
    assert groups(one, other) == [(2, False)]


@pytest.mark.parametrize(
    "other",
    [
        error("no bucket", "make it"),
        warning("no credentials", "log in"),
        error("no credentials", "log in", Position("a.yaml", 1, 1)),
        error("no credentials of acme", "log in"),
    ],
)
def test_another_text_is_another_cause(other: Diagnostic) -> None:
    assert groups(error("no credentials", "log in"), other) == [(1, True), (1, True)]


def test_the_largest_group_comes_first_with_what_was_said_of_its_first_unit() -> None:
    lone, common = error("lone"), error("common")
    found = failure_groups([(ACME, (lone,)), (GLOBEX, (common,)), (ACME, (common,))])
    assert [group.diagnostics for group in found] == [(common,), (lone,)]
    assert found[0].units == (GLOBEX, ACME)
