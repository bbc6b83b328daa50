"""Recorded progress, told until there is no more to come."""

from dataclasses import dataclass, field

from cellwright.app.runs.recording.telling import ProgressTeller
from cellwright.model.address import UnitAddress
from cellwright.model.runs.progress import (
    Phase,
    PhaseEntered,
    Progress,
    ProgressEvent,
    RunFinished,
    RunStarted,
)
from cellwright.model.runs.run import Operation, Run, RunKind, RunStatus, RunUnit

APP = UnitAddress.parse("client/acme/app")
UNITS = (RunUnit(APP, Operation.APPLY, 0),)
RUN = Run(
    id="r1",
    kind=RunKind.APPLY,
    status=RunStatus.RUNNING,
    actor="ada",
    reason="",
    started="",
    finished=None,
    commit=None,
    units=(),
)
PHASE = PhaseEntered(APP, Phase.PLANNING)


@dataclass
class Heard:
    events: list[ProgressEvent] = field(default_factory=list)

    def report(self, event: ProgressEvent) -> None:
        self.events.append(event)


def piece(number: int, progress: Progress) -> tuple[int, ProgressEvent]:
    return number, ProgressEvent(run="r1", unit=None, time="", sequence=number, progress=progress)


def test_a_run_is_told_with_its_units_which_are_recorded_once() -> None:
    heard = Heard()
    teller = ProgressTeller(heard, UNITS)
    assert teller.tell([piece(4, RunStarted(RUN)), piece(7, PHASE), piece(9, RunFinished(RUN))])
    started, phase, finished = (event.progress for event in heard.events)
    assert isinstance(started, RunStarted)
    assert isinstance(finished, RunFinished)
    assert started.run.units == finished.run.units == UNITS
    assert phase == PHASE
    assert teller.seen == 9
    assert not teller.tell([])
    assert teller.seen == 9


def test_a_run_whose_end_was_told_has_nothing_more_to_tell() -> None:
    teller = ProgressTeller(Heard(), UNITS)
    news = teller.tell([piece(1, PHASE)])
    assert not teller.is_complete(news=news)
    news = teller.tell([piece(2, RunFinished(RUN))])
    assert teller.is_complete(news=news)


def test_a_run_whose_end_is_never_told_is_given_up_after_some_looks() -> None:
    teller = ProgressTeller(Heard(), UNITS)
    assert [teller.is_complete(news=False) for _ in range(5)] == [False] * 5
    assert not teller.is_complete(news=teller.tell([piece(1, PHASE)]))
    assert [teller.is_complete(news=False) for _ in range(6)] == [False] * 5 + [True]
