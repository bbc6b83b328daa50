"""Looks at the files are taken beside the requests, and only who comes after a pause waits for one."""

import threading
from dataclasses import dataclass, field

import pytest

from cellwright.app.session import looks
from cellwright.app.session.looks import Looks
from cellwright.model.diagnostic import DiagnosticError, error

LIMIT = 60.0


@dataclass
class Clock:
    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class Look:
    """A look at the files that takes as long as a test wants."""

    clock: Clock
    seconds: float = 0.0
    count: int = 0
    fault: Exception | None = None
    go_on: threading.Event = field(default_factory=threading.Event)
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.go_on.set()

    def __call__(self) -> None:
        assert self.go_on.wait(LIMIT)
        self.count += 1
        self.clock.now += self.seconds
        self.ended.release()
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(looks, "time", made)
    return made


def test_the_first_look_is_waited_for_and_the_next_ones_are_taken_beside(clock: Clock) -> None:
    look = Look(clock)
    kept = Looks(look, seconds=1)
    kept.be_current()
    assert look.count == 1
    clock.now += 0.4
    kept.be_current()
    assert look.count == 1, "it is young"
    look.go_on.clear()
    clock.now += 0.4
    kept.be_current()
    kept.be_current()
    assert look.count == 1, "nobody waits for the second one"
    look.go_on.set()
    assert look.ended.acquire(timeout=LIMIT)
    assert look.ended.acquire(timeout=LIMIT)
    assert look.count == 2


def test_whoever_comes_after_a_pause_waits(clock: Clock) -> None:
    look = Look(clock)
    kept = Looks(look, seconds=1)
    kept.be_current()
    clock.now += 1.1
    kept.be_current()
    assert look.count == 2


def test_a_long_look_is_taken_less_often(clock: Clock) -> None:
    look = Look(clock, seconds=0.3)
    kept = Looks(look, seconds=1)
    kept.be_current()
    clock.now += 2
    kept.be_current()
    assert look.count == 1, "a tenth of the time is for looking"
    clock.now += 5
    kept.be_current()
    assert look.count == 2


def test_what_a_look_raises_is_told_until_one_succeeds(clock: Clock) -> None:
    look = Look(clock, fault=DiagnosticError(error("git is gone", "install it")))
    kept = Looks(look, seconds=1)
    for _ in range(2):
        with pytest.raises(DiagnosticError, match="git is gone"):
            kept.be_current()
    look.fault = None
    clock.now += 0.6
    kept.be_current()
    assert look.count == 2
