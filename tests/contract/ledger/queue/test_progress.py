"""The stored progress of runs."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from cellwright.ledger import progress as progress_module
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error
from cellwright.model.limits import PROGRESS_DIAGNOSTICS, PROGRESS_TEXT
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    ProgramSaid,
    Progress,
    ProgressEvent,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
    unit_of,
)
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, UnitResult
from contract.ledger.conftest import SetClock
from contract.ledger.samples import APP, NETWORK, RUN, run
from contract.ledger.test_pruning import carry_out, prune

NOW = "2026-11-22T21:48:12.345678+00:00"


def event(progress: Progress, sequence: int = 1, run_id: str = RUN) -> ProgressEvent:
    return ProgressEvent(run=run_id, unit=unit_of(progress), time=NOW, sequence=sequence, progress=progress)


def said(*words: str, run_id: str = RUN) -> list[ProgressEvent]:
    return [event(ProgramSaid(APP, word), number, run_id) for number, word in enumerate(words, 1)]


def texts(ledger: Ledger, run_id: str | None, after: int = 0, limit: int = 100) -> Sequence[str]:
    return [found.detail["text"] for found in ledger.progress.after(run_id, after, limit)]


def test_it_is_followed_from_another_process_after_the_last_one_seen(
    ledger: Ledger, url: str, clock: SetClock
) -> None:
    assert ledger.progress.newest() == 0
    ledger.progress.record(said("a", "b"))
    ledger.progress.record(said("x", run_id="other"))
    ledger.progress.record([])
    ledger.progress.record(said("c"))
    with open_ledger(url, clock=clock) as elsewhere:
        first = elsewhere.progress.after(RUN, 0, 2)
        assert [found.event() for found in first] == said("a", "b")
        assert texts(elsewhere, RUN, first[-1].id) == ["c"]
        assert texts(elsewhere, None) == ["a", "b", "x", "c"]
        assert elsewhere.progress.newest() == elsewhere.progress.after(None, 0, 9)[-1].id
    assert texts(ledger, "none") == []


def test_numbers_are_never_given_twice(ledger: Ledger, clock: SetClock) -> None:
    carry_out(ledger, "run-1", {APP: Outcome.FAILED}, RunKind.PLAN)
    ledger.progress.record(said("a", run_id="run-1"))
    last = ledger.progress.newest()
    carry_out(ledger, "run-2", {APP: Outcome.PLANNED}, RunKind.PLAN)
    clock.pass_by(9)
    prune(ledger, clock)
    assert texts(ledger, None) == []
    ledger.progress.record(said("b"))
    assert ledger.progress.newest() > last


def test_a_reader_that_follows_misses_nothing_of_many_writers(ledger: Ledger) -> None:
    def write(number: int) -> None:
        for step in range(10):
            ledger.progress.record(said(f"{number}.{step}", f"{number}.{step}+"))

    seen: list[str] = []
    with ThreadPoolExecutor(4) as threads:
        writers = [threads.submit(write, number) for number in range(4)]
        last = 0
        while True:
            ended = all(writer.done() for writer in writers)
            rows = ledger.progress.after(RUN, last, 1000)
            seen += [row.detail["text"] for row in rows]
            last = rows[-1].id if rows else last
            if ended:
                break
    assert len(seen) == len(set(seen)) == 80


def test_long_texts_are_cut_and_units_left_to_the_ledger(ledger: Ledger) -> None:
    long = "x" * (PROGRESS_TEXT + 1)
    many = tuple(error(long, long) for _ in range(PROGRESS_DIAGNOSTICS + 1))
    ledger.progress.record(
        [
            event(RunStarted(run())),
            event(ProgramSaid(APP, long)),
            event(DiagnosticSeen(APP, error(long, long))),
            event(UnitFinished(UnitResult(APP, Outcome.FAILED, diagnostics=many))),
            event(RunFinished(run())),
        ]
    )
    started, words, diagnostic, finished, ended = (
        found.event().progress for found in ledger.progress.after(RUN, 0, 9)
    )
    cut = f"{'x' * PROGRESS_TEXT}..."
    assert (started, ended) == (RunStarted(replace(run(), units=())), RunFinished(replace(run(), units=())))
    assert words == ProgramSaid(APP, cut)
    assert diagnostic == DiagnosticSeen(APP, error(cut, cut))
    assert isinstance(finished, UnitFinished)
    assert finished.result.diagnostics == (error(cut, cut),) * PROGRESS_DIAGNOSTICS


def planned(ledger: Ledger, resources: int, value: str) -> PlanSummary:
    change = ResourceChange("a.b", Action.CREATE, (AttributeChange("name", "", value),))
    plan = PlanSummary(ResourceCounts(resources), (change,) * resources, ("arn",), applyable=True)
    ledger.progress.record([event(UnitPlanned(APP, plan))])
    found = ledger.progress.after(RUN, ledger.progress.newest() - 1, 1)[0].event().progress
    assert isinstance(found, UnitPlanned)
    assert found.plan.counts == plan.counts
    return found.plan


def test_a_plan_is_stored_as_far_as_it_is_not_too_large(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_module, "PROGRESS_PLAN", 1000)
    assert planned(ledger, 3, "x" * 100).resources[2].attributes[0].after == "x" * 100
    assert [item.attributes for item in planned(ledger, 10, "x" * 100).resources] == [()] * 10
    assert planned(ledger, 100, "").resources == ()


def test_texts_that_a_database_would_refuse(ledger: Ledger) -> None:
    ledger.progress.record(said("nul \0 and a lone \ud800"))
    assert texts(ledger, RUN) == ["nul \0 and a lone \ud800"]


def test_it_goes_with_the_records_of_its_run(ledger: Ledger, clock: SetClock) -> None:
    for run_id in ("run-1", "run-2"):
        carry_out(ledger, run_id, {NETWORK: Outcome.APPLIED, APP: Outcome.APPLIED})
        whole = event(RunStarted(run(run_id)), 9, run_id)
        ledger.progress.record([whole, *said("app", run_id=run_id)])
    # The last record of `app` is this one's; that of `network` stays in the run before.
    carry_out(ledger, "run-3", {APP: Outcome.APPLIED})
    ledger.progress.record(said("again", run_id="run-3"))
    ledger.recorder.start_run(replace(run("run-4"), units=()))
    ledger.recorder.finish_run("run-4", RunStatus.SUCCEEDED)
    ledger.progress.record([event(RunStarted(run("run-4")), 1, "run-4")])
    clock.pass_by(9)
    prune(ledger, clock)
    left = [(found.run, found.kind) for found in ledger.progress.after(None, 0, 99)]
    assert left == [("run-2", "run_started"), ("run-3", "program_said")]


def test_units_of_the_same_name_in_other_runs_keep_theirs(ledger: Ledger, clock: SetClock) -> None:
    other = UnitAddress("client", "globex", "app")
    carry_out(ledger, "run-1", {APP: Outcome.FAILED, other: Outcome.APPLIED})
    ledger.progress.record([event(ProgramSaid(unit, str(unit)), 1, "run-1") for unit in (APP, other)])
    carry_out(ledger, "run-2", {other: Outcome.APPLIED})
    clock.pass_by(9)
    prune(ledger, clock)
    # A run that can be resumed keeps everything.
    assert texts(ledger, "run-1") == [str(APP), str(other)]
