from collections.abc import Callable
from dataclasses import replace

import pytest

from cellwright.ledger.audit import START, ChainFault, ChainPoint, verify
from cellwright.model.runs.event import GENESIS, Event, event_hash


def chain(length: int) -> list[Event]:
    events: list[Event] = []
    previous = GENESIS
    for sequence in range(1, length + 1):
        event = Event(
            sequence=sequence,
            time="t",
            actor="ada",
            action="x.y",
            subject="z",
            reason="",
            detail={"n": sequence},
            previous=previous,
        )
        event = replace(event, hash=event_hash(event))
        events.append(event)
        previous = event.hash
    return events


def end_of(events: list[Event]) -> ChainPoint:
    return ChainPoint(events[-1].sequence, events[-1].hash)


def test_no_events_are_a_whole_chain() -> None:
    assert verify([]) is None
    assert verify([], end=START) is None


def test_a_whole_chain_has_no_fault() -> None:
    events = chain(5)
    assert verify(iter(events), end=end_of(events)) is None


def test_a_part_is_verified_from_the_point_before_it() -> None:
    events = chain(5)
    assert verify(events[2:], start=end_of(events[:2]), end=end_of(events)) is None
    assert verify(events[2:]) == ChainFault(1, "the event is missing; 3 comes next")
    assert verify(events[2:], start=ChainPoint(2, GENESIS)) == ChainFault(
        3, "the event does not follow the one before it"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda event: replace(event, time="other"),
        lambda event: replace(event, actor="other"),
        lambda event: replace(event, action="other"),
        lambda event: replace(event, subject="other"),
        lambda event: replace(event, reason="other"),
        lambda event: replace(event, detail={"n": 2.0}),
        lambda event: replace(event, detail={"unreadable": "\ud800"}),
        lambda event: replace(event, hash="other"),
    ],
)
def test_any_change_is_found(change: Callable[[Event], Event]) -> None:
    events = chain(3)
    events[1] = change(events[1])
    fault = verify(events)
    assert fault == ChainFault(2, "the event was changed after it was recorded")


def test_events_cut_off_at_the_end_are_missed() -> None:
    events = chain(5)
    assert verify(events[:3]) is None
    assert verify(events[:3], end=end_of(events)) == ChainFault(4, "the events up to 5 are missing")


def test_events_added_since_the_end_was_asked_for_are_no_fault() -> None:
    events = chain(5)
    assert verify(events, end=end_of(events[:3])) is None


def test_an_event_changed_together_with_its_hash_breaks_the_next_link() -> None:
    events = chain(3)
    forged = replace(events[1], reason="other")
    events[1] = replace(forged, hash=event_hash(forged))
    assert verify(events) == ChainFault(3, "the event does not follow the one before it")


def test_only_what_is_needed_is_read() -> None:
    events = chain(5)
    events[1] = replace(events[1], reason="other")
    stream = iter(events)
    assert verify(stream) is not None
    assert next(stream) == events[2]
