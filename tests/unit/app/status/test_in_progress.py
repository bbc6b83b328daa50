from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cellwright.app.status.in_progress import with_units_in_progress
from cellwright.engine.lease.keeper import holder_for
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.ledger.leases import Held, Holder
from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from unit.app.kit import APP

FAILED = UnitStatus(APP, Status.FAILED, (Reason(ReasonKind.INPUT, "size: 1 -> 2"),))
THIS = ProcessIdentity.of_this_process()
ELSEWHERE = Holder("elsewhere", 7, "boot-1", "a-run")


def held(holder: Holder, seconds: float = 60) -> Mapping[UnitAddress, Held]:
    return {APP: Held(APP, holder, 1, datetime.now(UTC) + timedelta(seconds=seconds))}


@pytest.mark.parametrize("holder", [holder_for("a-run", THIS), ELSEWHERE], ids=["here", "elsewhere"])
def test_who_works_on_a_failed_unit_is_its_first_reason(holder: Holder) -> None:
    (found,) = with_units_in_progress((FAILED,), lambda: held(holder))
    assert found.status is Status.FAILED
    assert f"being worked on by {holder}" in found.reasons[0].summary
    assert found.reasons[1:] == FAILED.reasons


def test_who_was_at_a_failed_unit_when_it_was_killed_is_named_with_its_run() -> None:
    dead = holder_for("a-run", replace(THIS, started=f"{THIS.started.rpartition('-')[0]}-1"))
    (found,) = with_units_in_progress((FAILED,), lambda: held(dead))
    assert "run a-run was at it when its process ended" in found.reasons[0].summary
    assert found.reasons[1:] == FAILED.reasons


def test_a_holder_elsewhere_that_is_silent_is_not_named() -> None:
    assert with_units_in_progress((FAILED,), lambda: held(ELSEWHERE, -1)) == (FAILED,)


def test_leases_are_read_only_for_failed_units() -> None:
    def ask() -> Mapping[UnitAddress, Held]:
        raise AssertionError("nobody need be asked")

    changed = replace(FAILED, status=Status.CHANGED)
    assert with_units_in_progress((changed,), ask) == (changed,)
