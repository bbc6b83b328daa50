"""Progress is stored in batches; a ledger that fails never fails a run."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from cellwright.app.runs.recording import progress_log
from cellwright.app.runs.recording.progress_log import ProgressLog
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.limits import PROGRESS_OF_UNIT
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ProgressEvent,
    ResourceProgress,
    UnitFinished,
    unit_of,
)
from cellwright.model.runs.run import Outcome, UnitResult
from patience import PATIENCE

APP = UnitAddress("client", "acme", "app")
FAULT = DiagnosticError(error("no ledger", "start it"))


def event(progress: Progress, sequence: int = 1) -> ProgressEvent:
    return ProgressEvent(run="run-1", unit=unit_of(progress), time="", sequence=sequence, progress=progress)


def phase(number: int) -> ProgressEvent:
    return event(PhaseEntered(APP, Phase.PLANNING), number)


@dataclass(slots=True)
class Store:
    """Keeps batches; fails as often as it has faults."""

    batches: list[Sequence[ProgressEvent]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    taken: threading.Event = field(default_factory=threading.Event)

    def record(self, events: Sequence[ProgressEvent]) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.batches.append(events)
        self.taken.set()

    @property
    def sequences(self) -> list[int]:
        return [item.sequence for batch in self.batches for item in batch]


@dataclass(slots=True)
class Seen:
    events: list[ProgressEvent] = field(default_factory=list)

    def report(self, event: ProgressEvent) -> None:
        self.events.append(event)


def test_events_are_passed_on_at_once_and_stored_together() -> None:
    store, seen = Store(), Seen()
    with ProgressLog(store, seen, seconds=60) as log:
        for number in range(5):
            log.report(phase(number))
        assert len(seen.events) == 5
        assert store.batches == []
    assert [len(batch) for batch in store.batches] == [5]
    assert store.sequences == [0, 1, 2, 3, 4]


def test_they_are_stored_while_the_run_goes_on() -> None:
    store = Store()
    with ProgressLog(store, seconds=0.01) as log:
        log.report(phase(1))
        assert store.taken.wait(PATIENCE)


def test_no_run_no_thread() -> None:
    before = threading.active_count()
    with ProgressLog(Store()):
        assert threading.active_count() == before


def test_large_batches_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_log, "_AT_ONCE", 2)
    store = Store()
    with ProgressLog(store, seconds=60) as log:
        for number in range(5):
            log.report(phase(number))
    assert [len(batch) for batch in store.batches] == [2, 2, 1]


def test_a_ledger_that_fails_is_tried_again_in_order() -> None:
    store = Store(faults=[FAULT, FAULT])
    with ProgressLog(store, seconds=0.01) as log:
        log.report(phase(1))
        log.report(phase(2))
        assert store.taken.wait(PATIENCE)
    assert store.sequences == [1, 2]


def test_a_ledger_that_is_gone_fails_no_run() -> None:
    store = Store(faults=[FAULT] * 1000)
    with ProgressLog(store, seconds=60) as log:
        log.report(phase(1))
    assert store.batches == []


def test_what_can_never_be_stored_does_not_hold_up_the_rest() -> None:
    store = Store(faults=[ValueError()])
    with ProgressLog(store, seconds=0.01) as log:
        log.report(phase(1))
        while store.faults:
            time.sleep(0.001)
        log.report(phase(2))
    assert store.sequences == [2]


def test_a_ledger_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_log, "PROGRESS_WAITING", 3)
    hanging, free = threading.Event(), threading.Event()

    class Hanging(Store):
        def record(self, events: Sequence[ProgressEvent]) -> None:
            hanging.set()
            free.wait(PATIENCE)
            self.batches.append(events)

    store = Hanging()
    with ProgressLog(store, seconds=0.001, patience=0.01) as log:
        log.report(phase(0))
        assert hanging.wait(PATIENCE)
        for number in range(1, 9):
            log.report(phase(number))
    free.set()
    assert log._thread is not None
    log._thread.join(PATIENCE)
    assert store.sequences == [0, 1, 2, 3], "no more than three wait"


def test_noise_is_limited_and_phases_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_log, "PROGRESS_OF_UNIT", 3)
    assert PROGRESS_OF_UNIT > 100
    other = UnitAddress("client", "globex", "app")
    store = Store()
    with ProgressLog(store, seconds=60) as log:
        for number in range(3):
            log.report(event(ProgramSaid(APP, "..."), number))
        log.report(event(DiagnosticSeen(APP, error("too late", "")), 100))
        log.report(event(ProgramSaid(other, "..."), 4))
        log.report(phase(5))
        log.report(event(UnitFinished(UnitResult(APP, Outcome.FAILED)), 6))
        log.report(event(ProgramSaid(APP, "in the next run"), 7))
    assert store.sequences == [0, 1, 2, 4, 5, 6, 7]


def test_that_a_resource_still_takes_its_time_is_stored_now_and_then() -> None:
    store, now = Store(), [0.0]
    with ProgressLog(store, seconds=60) as log:
        log._noise.clock = lambda: now[0]
        for second in range(0, 70, 10):
            now[0] = second
            for resource in ("a.b", "a.c"):
                log.report(event(ResourceProgress(APP, resource, "create", "progress", second), second))
    assert store.sequences == [0, 0, 30, 30, 60, 60]
