"""What the ledger remembers of units."""

from dataclasses import replace

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.sql import text
from cellwright.ledger.leases import LeaseLost
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read import unit_reader
from cellwright.ledger.run_state import TransitionError, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, RecordedOutput, StateMark
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import APP, APPLIED, DATABASE, NETWORK, RUN, applied, result, run


@pytest.fixture(autouse=True)
def _a_run(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())


def test_what_was_applied_is_read_back(ledger: Ledger) -> None:
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)

    assert ledger.reader.applied(None) == {APP: applied()}
    assert ledger.reader.heads() == {APP: applied().head}
    assert ledger.reader.outputs([APP, NETWORK]) == {APP: applied().outputs}


def test_a_version_of_a_state_is_found_by_whose_it_is(ledger: Ledger) -> None:
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    mark = applied().head.state
    assert mark is not None
    assert ledger.reader.units_at(mark) == [APP]
    for other in (replace(mark, serial=mark.serial + 1), replace(mark, lineage="x"), StateMark("x", 9**40)):
        assert ledger.reader.units_at(other) == []


def test_a_later_apply_replaces_an_earlier_one(ledger: Ledger) -> None:
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    ledger.recorder.start_run(run("20261123"))
    later = replace(
        applied(fingerprint="f2", serial=9),
        run="20261123",
        commit=None,
        inputs={"size": AppliedInput("i9", sensitive=False, value="xl")},
        outputs={},
    )
    ledger.recorder.record_applied(later, result(Outcome.APPLIED), "20261123", APPLIED)

    assert ledger.reader.applied([APP]) == {APP: later}


def test_a_sensitive_value_never_reaches_the_database(ledger: Ledger) -> None:
    unit = replace(
        applied(),
        inputs={"password": AppliedInput("i", sensitive=True, value="hunter2")},
        outputs={"token": RecordedOutput("o", sensitive=True, value=["hunter2"])},
    )
    ledger.recorder.record_applied(unit, result(Outcome.APPLIED), RUN, APPLIED)

    with ledger.database.read() as connection:
        tables = ("heads", "units", "outputs", "runs", "run_units", "events")
        kept = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in tables]  # noqa: S608 - literals
    assert "hunter2" not in repr(kept)
    assert ledger.reader.outputs(None)[APP]["token"] == RecordedOutput("o", sensitive=True)


def test_a_state_mark_and_a_commit_may_be_missing(ledger: Ledger) -> None:
    unit = replace(applied(), head=AppliedHead(address=APP, fingerprint="f1"), commit=None)
    ledger.recorder.record_applied(unit, result(Outcome.APPLIED), RUN, APPLIED)
    assert ledger.reader.applied(None) == {APP: unit}


def test_hostile_strings_survive(ledger: Ledger) -> None:
    nasty = "nul \0, lone \ud800, quote ' \" \\, emoji 🙂, {}"
    unit = replace(
        applied(),
        inputs={nasty: AppliedInput("i", sensitive=False, value=[nasty])},
        recipe={nasty: nasty},
    )
    ledger.recorder.record_applied(unit, result(Outcome.APPLIED), RUN, APPLIED)
    assert ledger.reader.applied(None) == {APP: unit}


def test_a_destroyed_unit_is_forgotten_and_its_event_stays(ledger: Ledger) -> None:
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    ledger.recorder.start_run(run("20261123"))
    gone = EventDraft("ada", "unit.destroyed", str(APP))
    ledger.recorder.record_destroyed(result(Outcome.APPLIED), "20261123", gone)

    assert ledger.reader.heads() == {}
    assert ledger.reader.applied(None) == {}
    assert ledger.reader.outputs(None) == {}
    assert [event.action for event in ledger.reader.events(subject=str(APP))] == [
        "unit.applied",
        "unit.destroyed",
    ]


def test_a_first_apply_that_failed_leaves_what_a_destroy_needs(ledger: Ledger) -> None:
    ledger.recorder.record_result(RUN, result(Outcome.FAILED), attempted=applied())

    left = ledger.reader.applied([APP])[APP]
    assert left.head == AppliedHead(
        address=APP, fingerprint=None, failed="f1", state=StateMark("lineage-1", 3)
    )
    assert left.recipe == applied().recipe
    assert (left.inputs, left.outputs) == ({}, {})


def test_a_later_apply_that_failed_keeps_the_last_success(ledger: Ledger) -> None:
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    ledger.recorder.start_run(run("20261123"))
    attempted = replace(applied(fingerprint="f2", serial=4), recipe={"stack": "new"}, inputs={}, outputs={})
    ledger.recorder.record_result("20261123", result(Outcome.FAILED), attempted=attempted)

    kept = ledger.reader.applied(None)[APP]
    assert kept.head == AppliedHead(
        address=APP, fingerprint="f1", failed="f2", state=StateMark("lineage-1", 4)
    )
    assert kept.recipe == {"stack": "new"}
    assert (kept.inputs, kept.outputs) == (applied().inputs, applied().outputs)


def test_a_failure_whose_state_can_not_be_read_keeps_the_old_mark(ledger: Ledger) -> None:
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    ledger.recorder.start_run(run("20261123"))
    unknown = replace(applied(), head=AppliedHead(address=APP, fingerprint="f2"))
    ledger.recorder.record_result("20261123", result(Outcome.FAILED), attempted=unknown)
    assert ledger.reader.heads()[APP].state == StateMark("lineage-1", 3)


def test_a_success_ends_a_failure(ledger: Ledger) -> None:
    ledger.recorder.record_result(RUN, result(Outcome.FAILED), attempted=applied())
    ledger.recorder.start_run(run("20261123"))
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), "20261123", APPLIED)
    assert ledger.reader.applied(None) == {APP: applied()}


def test_a_unit_counts_as_failed_from_the_moment_its_apply_begins(ledger: Ledger) -> None:
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    ledger.recorder.enter(RUN, APP, UnitState.APPLYING, {"fingerprint": "f1"}, attempted=applied())

    begun = ledger.reader.applied(None)[APP]
    assert (begun.head.fingerprint, begun.head.failed) == (None, "f1")
    assert begun.recipe == applied().recipe
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    assert ledger.reader.applied(None) == {APP: applied()}


def test_an_apply_that_may_not_begin_leaves_no_mark(ledger: Ledger) -> None:
    with pytest.raises(TransitionError):
        ledger.recorder.enter(RUN, APP, UnitState.APPLYING, attempted=applied())
    with pytest.raises(LeaseLost):
        ledger.recorder.enter(RUN, APP, UnitState.PLANNING, None, 7, attempted=applied())
    assert ledger.reader.heads() == {}


@pytest.mark.parametrize("read_all_from", [1, 10_000])
def test_only_the_units_asked_for_are_read(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, read_all_from: int
) -> None:
    monkeypatch.setattr(unit_reader, "_LIST_SIZES", (1, 3))
    monkeypatch.setattr(unit_reader, "_READ_ALL", read_all_from)
    many = [UnitAddress("client", f"c{number}", "app") for number in range(7)]
    ledger.recorder.start_run(run("20261123", *many))
    for unit in many:
        ledger.recorder.record_applied(applied(unit), result(Outcome.APPLIED, unit), "20261123", APPLIED)

    assert set(ledger.reader.applied(many[:5])) == set(many[:5])
    assert set(ledger.reader.outputs([*many[2:], DATABASE])) == set(many[2:])
    assert ledger.reader.outputs([]) == {}


def test_tables_are_read_within_what_addresses_begin_with(ledger: Ledger) -> None:
    beside = [UnitAddress("client", name, "app") for name in ("acm", "acme-2", "acme0", "acmf")]
    ledger.recorder.start_run(run("20261123", APP, NETWORK, *beside))
    for address in (APP, NETWORK, *beside):
        unit = replace(applied(address), run="20261123")
        ledger.recorder.record_applied(unit, result(Outcome.APPLIED, address), "20261123", APPLIED)
    reader = ledger.reader
    for within, expected in (
        (("base/", "client/acme/"), {APP, NETWORK}),
        (("client/acme/",), {APP}),
        (("client/gone/",), set()),
        ((), set()),
        (None, {APP, NETWORK, *beside}),
    ):
        names = {str(address) for address in expected}
        assert set(reader.heads(within)) == expected
        assert set(reader.all_outputs(within)) == expected
        assert reader.sources(within).keys() == names
