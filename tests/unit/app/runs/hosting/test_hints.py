"""Hints come often while somebody may be idle, and seldom while all are at work."""

from dataclasses import dataclass

import pytest

from cellwright.app.runs.hosting import hints
from cellwright.app.runs.hosting.hints import LONGEST, SHORTEST, Hints
from cellwright.app.runs.hosting.looking_after import PERIOD


@dataclass
class Clock:
    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now


def given(kept: Hints, clock: Clock, seconds: float) -> list[float]:
    """Claim a unit every hundredth of a second; gives the moments of the hints."""
    begun, found = clock.now, []
    while clock.now < begun + seconds:
        if kept.due():
            found.append(round(clock.now - begun, 2))
        clock.now += 0.01
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(hints, "time", made)
    return made


def test_the_first_claims_give_hints_soon_and_later_ones_seldom(clock: Clock) -> None:
    kept = Hints()
    assert len(given(kept, clock, 1.0)) == 6
    assert len(given(kept, clock, 10.0)) <= 10.0 / LONGEST + 1


def test_after_nothing_was_found_hints_come_soon_again(clock: Clock) -> None:
    kept = Hints()
    given(kept, clock, 10.0)
    kept.nothing_found()
    clock.now += LONGEST
    assert len(given(kept, clock, 1.0)) == 6


def test_nobody_relies_on_hints_for_longer_than_they_look_by_themselves() -> None:
    assert SHORTEST < LONGEST <= PERIOD
