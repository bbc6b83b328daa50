"""Details of old runs go; what anybody may still need does not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import insert

from cellwright.ledger.audit import EventDraft, verify
from cellwright.ledger.database.table_groups.run_tables import APPROVALS
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.write import pruning as pruning_module
from cellwright.ledger.write.pruning import Keep, LedgerPruning
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, UnitResult
from contract.ledger.conftest import SetClock
from contract.ledger.samples import APP, APPLIED, DATABASE, NETWORK, applied, run

DAY = 86_400.0
Ends = Mapping[UnitAddress, Outcome]


def carry_out(
    ledger: Ledger, run_id: str, ends: Ends, kind: RunKind = RunKind.APPLY, status: RunStatus | None = None
) -> None:
    """A run from its start to its end; applied units are remembered as they are by a real one."""
    ledger.recorder.start_run(replace(run(run_id, *ends), kind=kind))
    for unit, outcome in ends.items():
        end = UnitResult(unit, outcome)
        if outcome is Outcome.APPLIED:
            made = replace(applied(unit), run=run_id)
            ledger.recorder.record_applied(made, end, run_id, replace(APPLIED, subject=str(unit)))
        else:
            ledger.recorder.record_result(run_id, end)
    bad = {Outcome.FAILED, Outcome.SKIPPED, Outcome.BLOCKED, Outcome.CANCELLED} & set(ends.values())
    ledger.recorder.finish_run(run_id, status or (RunStatus.FAILED if bad else RunStatus.SUCCEEDED))


def said(runs: Sequence[str], records: int) -> EventDraft:
    return EventDraft("ada", "ledger.pruned", "ledger", "", {"runs": list(runs), "records": records})


def prune(ledger: Ledger, clock: SetClock, kept_days: float = 0, kept_runs: int = 0) -> int:
    pruning = LedgerPruning(ledger.database)
    since = clock.moment - timedelta(days=kept_days)
    return pruning.prune(pruning.old_runs(Keep(since, kept_runs)), said)


def left(ledger: Ledger, run_id: str) -> list[UnitAddress]:
    return list(ledger.reader.run_units(run_id))


@pytest.fixture
def history(ledger: Ledger, clock: SetClock) -> Ledger:
    """Three runs, a day apart; the last was a day ago."""
    for run_id in ("run-1", "run-2", "run-3"):
        carry_out(ledger, run_id, {NETWORK: Outcome.APPLIED, APP: Outcome.APPLIED})
        clock.pass_by(DAY)
    return ledger


def test_all_but_the_last_record_of_a_unit_goes_and_runs_stay_listed(
    history: Ledger, clock: SetClock
) -> None:
    listed, units = history.reader.runs(9), history.reader.applied(None)
    with history.database.write_expressions() as connection:
        asked = {"run": "run-1", "unit": str(APP), "plan_digest": "digest", "asked_at": ""}
        connection.execute(insert(APPROVALS), asked)
    assert prune(history, clock) == 4
    assert (left(history, "run-1"), left(history, "run-2")) == ([], [])
    assert left(history, "run-3") == [NETWORK, APP]
    assert history.reader.runs(9) == listed
    assert history.reader.summary("run-1") == listed[-1]
    assert history.reader.applied(None) == units
    assert history.approvals.of_run("run-1") == ()
    assert prune(history, clock) == 0


def test_pruning_is_told_in_the_trail_and_the_trail_stays_whole(history: Ledger, clock: SetClock) -> None:
    before = list(history.reader.events())
    prune(history, clock)
    *same, told = history.reader.events()
    assert same == before
    assert told.detail == {"runs": ["run-1", "run-2"], "records": 4}
    assert verify(history.reader.events(), end=history.reader.chain_end()) is None


@pytest.mark.parametrize(
    ("kept_days", "kept_runs", "gone"),
    [
        (1.5, 0, ["run-1", "run-2"]),
        (2.5, 0, ["run-1"]),
        (3.5, 0, []),
        (0, 2, ["run-1"]),
        (0, 3, []),
        (0, 9, []),
        (1.5, 2, ["run-1"]),
    ],
)
def test_what_is_young_or_among_the_newest_stays(
    history: Ledger, clock: SetClock, kept_days: float, kept_runs: int, gone: list[str]
) -> None:
    prune(history, clock, kept_days, kept_runs)
    assert [item for item in ("run-1", "run-2", "run-3") if not left(history, item)] == gone


def test_a_run_that_is_not_over_stays(ledger: Ledger, clock: SetClock) -> None:
    ledger.recorder.start_run(run("run-1", APP))
    carry_out(ledger, "run-2", {APP: Outcome.APPLIED})
    clock.pass_by(DAY)
    assert prune(ledger, clock) == 0
    assert left(ledger, "run-1") == [APP]
    assert LedgerPruning(ledger.database).unfinished_units() == {str(APP)}


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.SKIPPED, Outcome.BLOCKED, Outcome.CANCELLED])
def test_a_failed_run_stays_whole_until_its_units_are_taken_up(
    ledger: Ledger, clock: SetClock, outcome: Outcome
) -> None:
    carry_out(ledger, "run-1", {NETWORK: Outcome.APPLIED, APP: outcome})
    carry_out(ledger, "run-2", {NETWORK: Outcome.APPLIED})
    clock.pass_by(DAY)
    assert prune(ledger, clock) == 0
    old = next(LedgerPruning(ledger.database).old_runs(Keep(clock.moment, 0)))
    assert old.unfinished
    carry_out(ledger, "run-3", {APP: Outcome.APPLIED})
    clock.pass_by(DAY)
    assert prune(ledger, clock) == 2
    assert left(ledger, "run-1") == []


def test_the_apply_that_made_a_unit_stays_beside_a_later_failure(ledger: Ledger, clock: SetClock) -> None:
    carry_out(ledger, "run-1", {APP: Outcome.APPLIED, NETWORK: Outcome.APPLIED})
    carry_out(ledger, "run-2", {APP: Outcome.FAILED, NETWORK: Outcome.APPLIED})
    clock.pass_by(DAY)
    assert prune(ledger, clock) == 1
    assert left(ledger, "run-1") == [APP]
    assert left(ledger, "run-2") == [APP, NETWORK]


def test_a_plan_tells_less_than_an_apply(ledger: Ledger, clock: SetClock) -> None:
    carry_out(ledger, "run-1", {APP: Outcome.PLANNED}, RunKind.PLAN)
    carry_out(ledger, "run-2", {APP: Outcome.APPLIED})
    carry_out(ledger, "run-3", {APP: Outcome.PLANNED, NETWORK: Outcome.BLOCKED}, RunKind.PLAN)
    clock.pass_by(DAY)
    assert prune(ledger, clock) == 1
    assert [left(ledger, item) for item in ("run-1", "run-2", "run-3")] == [[], [APP], [APP, NETWORK]]


def test_the_last_record_of_a_unit_that_is_gone_stays(ledger: Ledger, clock: SetClock) -> None:
    carry_out(ledger, "run-1", {APP: Outcome.APPLIED})
    ledger.recorder.start_run(run("run-2", APP))
    ledger.recorder.record_destroyed(UnitResult(APP, Outcome.APPLIED), "run-2", APPLIED)
    ledger.recorder.finish_run("run-2", RunStatus.SUCCEEDED)
    clock.pass_by(DAY)
    assert prune(ledger, clock) == 1
    assert left(ledger, "run-2") == [APP]


def test_a_run_that_was_resumed_meanwhile_is_left_alone(ledger: Ledger, clock: SetClock) -> None:
    carry_out(ledger, "run-1", {APP: Outcome.FAILED})
    carry_out(ledger, "run-2", {APP: Outcome.APPLIED})
    clock.pass_by(DAY)
    pruning = LedgerPruning(ledger.database)
    found = tuple(pruning.old_runs(Keep(clock.moment, 0)))
    assert [item.gone for item in found] == [(str(APP),), ()]
    ledger.recorder.reopen_run("run-1")
    before = ledger.reader.chain_end()
    assert pruning.prune(found, said) == 0
    assert left(ledger, "run-1") == [APP]
    assert ledger.reader.chain_end() == before


def test_much_is_removed_bit_by_bit_each_with_its_event(
    history: Ledger, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning_module, "_AT_ONCE", 1)
    assert prune(history, clock) == 4
    told = [event.detail["runs"] for event in history.reader.events() if event.action == "ledger.pruned"]
    assert told == [["run-1"], ["run-2"]]


def test_an_empty_ledger_has_nothing_to_prune(ledger: Ledger, clock: SetClock) -> None:
    assert prune(ledger, clock) == 0
    assert list(ledger.reader.events()) == []


UNITS = (NETWORK, DATABASE, APP)
ENDS = some.dictionaries(some.sampled_from(UNITS), some.sampled_from(Outcome), min_size=1)


@given(some.lists(some.tuples(ENDS, some.sampled_from(RunKind)), max_size=6), some.integers(0, 3))
def test_whatever_happened_what_must_stay_stays(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[Ends, RunKind]], kept_runs: int
) -> None:
    clock = SetClock()
    with open_ledger(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'ledger.db'}", clock=clock) as ledger:
        for number, (ends, kind) in enumerate(runs):
            carry_out(ledger, f"run-{number}", ends, kind)
        clock.pass_by(DAY)
        before = {item.id: ledger.reader.run_units(item.id) for item in ledger.reader.runs(9)}
        heads, units = ledger.reader.heads(), ledger.reader.applied(None)
        prune(ledger, clock, kept_runs=kept_runs)
        after = {item.id: ledger.reader.run_units(item.id) for item in ledger.reader.runs(9)}
        assert after.keys() == before.keys()
        assert (ledger.reader.heads(), ledger.reader.applied(None)) == (heads, units)
        for unit in UNITS:
            for made in (item.run for item in units.values() if item.head.address == unit):
                assert after[made][unit] == before[made][unit]
            with_it = [run_id for run_id in sorted(before) if unit in before[run_id]]
            if with_it:
                assert any(unit in after[run_id] for run_id in with_it)
        for run_id in sorted(before)[len(before) - kept_runs :]:
            assert after[run_id] == before[run_id]
        assert verify(ledger.reader.events(), end=ledger.reader.chain_end()) is None
