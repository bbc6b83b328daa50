"""Holds and phases of offboardings, states of clients: what may follow what."""

import pytest

from cellwright.model.client_life import MOVES, ClientState, refuse_move
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.offboarding import FOLLOWS, HoldFacts, Phase, Waits, waits_for
from cellwright.model.settings.offboarding_settings import DAY, OffboardingSettings, length, parse_hold


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0), ("0d", 0), ("30d", 30 * DAY), ("12h", 43_200), ("5m", 300), ("9s", 9)]
)
def test_a_hold_is_read(text: str, seconds: int) -> None:
    assert parse_hold(text) == seconds


@pytest.mark.parametrize("text", ["", "d", "-1d", "1.5d", "30", "367d", "1y", "٣d", "9" * 40 + "d"])
def test_what_is_no_hold(text: str) -> None:
    with pytest.raises(ValueError, match=r"hold|year"):
        parse_hold(text)


def test_lengths_are_written_as_people_do() -> None:
    told = [length(item) for item in (0, 1, 60, 3600, DAY, 30 * DAY, 90_000)]
    assert told == ["0 days", "1 seconds", "1 minute", "1 hour", "1 day", "30 days", "25 hours"]


def test_a_shorter_hold_needs_to_be_allowed() -> None:
    strict, lax = OffboardingSettings(), OffboardingSettings(shortest=0)
    assert strict.chosen(None) == 30 * DAY
    assert strict.chosen(40 * DAY) == 40 * DAY
    assert lax.chosen(0) == 0
    with pytest.raises(DiagnosticError, match="a hold of 1 day is shorter than this fleet allows"):
        strict.chosen(DAY)
    with pytest.raises(DiagnosticError, match="longer than a year"):
        lax.chosen(367 * DAY)


@pytest.mark.parametrize(
    ("now", "approvals", "holds", "expected"),
    [
        (9, 1, 0, Waits.HOLD),
        (10, 1, 0, Waits.NOTHING),
        (10, 0, 0, Waits.APPROVAL),
        (9, 0, 0, Waits.HOLD),
        (10, 1, 1, Waits.LEGAL_HOLD),
        (9, 0, 2, Waits.LEGAL_HOLD),
    ],
)
def test_what_a_hold_waits_for(now: int, approvals: int, holds: int, expected: Waits) -> None:
    facts = HoldFacts(now=now, until=10, approvals=approvals, needed=1, legal_holds=holds)
    assert waits_for(facts) is expected


def test_nothing_is_cancelled_once_something_may_be_destroyed() -> None:
    assert {phase for phase in Phase if phase.may_be_cancelled} == {
        phase for phase, after in FOLLOWS.items() if Phase.CANCELLED in after
    }
    assert all(phase.is_open is bool(FOLLOWS[phase]) for phase in Phase)


def test_a_client_is_archived_by_a_destruction_only_and_comes_back_as_a_new_one() -> None:
    assert [state for state, after in MOVES.items() if ClientState.ARCHIVED in after] == [
        ClientState.DESTROYING
    ]
    assert MOVES[ClientState.ARCHIVED] == {ClientState.REQUESTED}
    refuse_move("client/acme", ClientState.ACTIVE, ClientState.SUSPENDED)
    for before in ClientState:
        for after in set(ClientState) - MOVES[before]:
            with pytest.raises(DiagnosticError, match=f"is {before.value} and can't become {after.value}"):
                refuse_move("client/acme", before, after)
