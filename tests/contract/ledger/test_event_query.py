"""Only the events that are wanted, and the same ones from both databases."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from cellwright.ledger.opening import Ledger
from cellwright.ledger.read import event_query as query_module
from cellwright.ledger.read import reader as reader_module
from cellwright.ledger.read.event_filter import EventFilter, action_pattern, subject_pattern
from cellwright.model.actor import Actor, Voucher, VoucherKind
from contract.ledger.conftest import SetClock

TRAIL = (
    ("Ada <ada@example.com>", "client.onboarded", "client/acme"),
    ("jenkins", "run.started", "20261122-214812-3f9a"),
    ("jenkins", "unit.applied", "client/acme/app"),
    ("Émile 100%_", "unit.failed", "client/globex/app"),
    ("ADA", "unit.applied", "client/acme_2/app"),
    ("jenkins", "unit.applied", "client/Acme/sftp"),
    ("jenkins", "run.finished", "20261122-214812-3f9a"),
)


@pytest.fixture(autouse=True)
def _trail(ledger: Ledger, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """One event a minute, read two at a time."""
    monkeypatch.setattr(reader_module, "_PAGE", 2)
    for actor, action, subject in TRAIL:
        ledger.recorder.append_event(actor, action, subject)
        clock.pass_by(60)


def listed(ledger: Ledger, only: EventFilter, after: int = 0, limit: int | None = None) -> Sequence[int]:
    return [event.sequence for event in ledger.reader.events(after, limit, only=only)]


def subjects(*texts: str) -> EventFilter:
    return EventFilter(subjects=tuple(map(subject_pattern, texts)))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["client/acme"], [1, 3]),
        (["client/*/app"], [3, 4, 5]),
        (["client/acme_2"], [5]),
        (["client/acme?2"], [5]),
        (["client/ac[m]e/**"], [1, 3]),
        (["20261122-*"], [2, 7]),
        (["client/globex", "client/acme/app"], [3, 4]),
        (["%"], []),
        (["**"], [1, 2, 3, 4, 5, 6, 7]),
        (["nul \0 and \ud800"], []),
        (["client/" + "a" * 100_000], []),
        (["*/" * 600], []),
    ],
)
def test_events_are_chosen_by_their_subject(ledger: Ledger, texts: list[str], expected: list[int]) -> None:
    only = subjects(*texts)
    assert listed(ledger, only) == expected
    assert [event.sequence for event in ledger.reader.latest_events(9, only=only)] == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["unit.*"], [3, 4, 5, 6]), (["run"], [2, 7]), (["unit.failed", "client.*"], [1, 4])],
)
def test_events_are_chosen_by_what_was_done(ledger: Ledger, texts: list[str], expected: list[int]) -> None:
    assert listed(ledger, EventFilter(actions=tuple(map(action_pattern, texts)))) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ada", [1, 5]),
        ("EXAMPLE.com", [1]),
        ("Émile", [4]),
        ("émile", []),
        ("%", [4]),
        ("_", [4]),
        ("\0", []),
    ],
)
def test_events_are_chosen_by_any_part_of_who_acted(ledger: Ledger, name: str, expected: list[int]) -> None:
    assert listed(ledger, EventFilter(actors=(name,))) == expected


def test_events_are_chosen_by_when_they_happened(ledger: Ledger, clock: SetClock) -> None:
    third = clock.moment - timedelta(minutes=5)
    assert listed(ledger, EventFilter(since=third)) == [3, 4, 5, 6, 7]
    assert listed(ledger, EventFilter(until=third)) == [1, 2]
    assert listed(ledger, EventFilter(since=third, until=third + timedelta(minutes=2))) == [3, 4]


def test_a_limit_counts_what_is_listed_and_a_page_goes_on_where_it_ended(ledger: Ledger) -> None:
    only = subjects("client/*/app")
    assert listed(ledger, only, limit=2) == [3, 4]
    assert listed(ledger, only, after=4, limit=2) == [5]
    assert [event.sequence for event in ledger.reader.latest_events(2, only=only)] == [4, 5]


@pytest.mark.parametrize("few", [0, 5_000])
def test_a_great_subject_is_read_otherwise_and_says_the_same(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(query_module, "_FEW", few)
    assert [event.sequence for event in ledger.reader.events(subject="client")] == [1, 3, 4, 5, 6]
    assert [event.sequence for event in ledger.reader.events(2, 2, "client/acme")] == [3]
    assert [event.sequence for event in ledger.reader.latest_events(3, "client")] == [4, 5, 6]


VOUCHED = Actor("ada", "console", (Voucher(VoucherKind.SESSION, 'Zoë "Z" O\'Neil \\ 100%', checked=True),))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["zoë"], [8]),
        (["o'neil"], [8]),
        (['"z"'], [8]),
        (["\\ 100%"], [8]),
        (["100%"], [4, 8]),
        (["ada"], [1, 5, 8]),
        (["émile", "o'neil"], [4, 8]),
        (["session"], []),
        (["checked"], []),
        (["nul \0"], []),
    ],
)
def test_events_are_chosen_by_the_name_that_was_claimed_or_vouched_for(
    ledger: Ledger, names: list[str], expected: list[int]
) -> None:
    ledger.recorder.append_event(VOUCHED, "run.started", "20261122-214812-3f9b")
    assert listed(ledger, EventFilter(people=tuple(names))) == expected


def test_events_are_read_back_from_a_number(ledger: Ledger) -> None:
    reader = ledger.reader
    assert [event.sequence for event in reader.events_back(page=2)] == [7, 6, 5, 4, 3, 2, 1]
    assert [event.sequence for event in reader.events_back(4, page=2)] == [3, 2, 1]
    assert [event.sequence for event in reader.events_back(6, subjects("client/*/app"), page=2)] == [5, 4, 3]
    assert [event.sequence for event in reader.events_back(1)] == []


def test_one_event_is_found_by_its_number(ledger: Ledger) -> None:
    found = ledger.reader.event(3)
    assert found is not None
    assert (found.sequence, found.subject) == (3, "client/acme/app")
    assert ledger.reader.event(8) is None
    assert ledger.reader.event(0) is None
