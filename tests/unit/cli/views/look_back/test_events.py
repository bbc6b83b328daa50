"""Events as text: a clock that was set back is shown, a damaged time is no failure."""

from dataclasses import replace

import pytest
from rich.console import Console

from cellwright.app.history.events import Verification
from cellwright.cli.views.look_back.events import events, plain_events, verification
from cellwright.model.runs.event import Event
from cellwright.model.value import Json


def event(sequence: int, time: str) -> Event:
    return Event(sequence=sequence, time=time, actor="ada", action="trial.made", subject="x", reason="")


TIMES = ("2026-11-22T21:00:00+00:00", "2026-11-22T20:00:00+00:00", "2026-11-22T22:00:00+00:00", "broken")
FOUND = [event(number, time) for number, time in enumerate(TIMES, 1)]


def told(shown: object) -> list[str]:
    console = Console(width=200)
    with console.capture() as caught:
        console.print(shown)
    return caught.get().splitlines()


def test_an_event_whose_clock_was_set_back_says_so_in_the_order_of_numbers() -> None:
    plain = (plain_events(FOUND) or "").splitlines()
    for lines in (plain, told(events(FOUND))):
        assert ["(clock set back)" in line for line in lines] == [False, False, True, False, False]
        assert "broken" in lines[4]


def test_what_vouches_for_a_name_stands_beside_it() -> None:
    behind: Json = {"vouched_by": [{"kind": "system-user", "name": "jenkins@ci-3", "proof": "checked"}]}
    known = replace(FOUND[0], detail={"identity": behind})
    for lines in ((plain_events([known]) or "").splitlines(), told(events([known]))):
        assert "ada (jenkins@ci-3)" in lines[1]
    damaged: Json
    for damaged in (None, [], {"vouched_by": 7}, {"vouched_by": [7]}, "x"):
        assert "ada" in (plain_events([replace(known, detail={"identity": damaged})]) or "")


def test_an_approval_says_of_what_and_how() -> None:
    one: dict[str, Json] = {"how": "--yes", "plans": {"client/acme/app": "d1"}}
    two: dict[str, Json] = {"how": "terminal", "plans": {"client/acme/app": "d1", "client/globex/app": "d2"}}
    for detail, said in ((one, "client/acme/app (--yes)"), (two, "2 plans (terminal)")):
        item = replace(FOUND[0], action="run.approved", subject="run-1", reason="why", detail=detail)
        for lines in ((plain_events([item]) or "").splitlines(), told(events([item]))):
            assert f"run-1  {said}  why" in lines[1]
    unreadable: tuple[dict[str, Json], ...] = ({"plans": 7}, {}, {"plans": {}})
    for damaged in unreadable:
        item = replace(FOUND[0], action="run.approved", detail=damaged)
        assert plain_events([item])


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"from": "active", "to": "suspended"}, "client/acme  active → suspended  unpaid"),
        (
            {"from": "active", "to": "suspended", "by": "settings"},
            "client/acme  active → suspended (by its settings)  unpaid",
        ),
        ({"from": "requested", "to": "requested"}, "client/acme  requested  unpaid"),
        ({}, "client/acme  unpaid"),
    ],
)
def test_a_move_of_a_client_says_from_where_to_where(detail: dict[str, Json], said: str) -> None:
    item = replace(FOUND[0], action="client.moved", subject="client/acme", reason="unpaid", detail=detail)
    for lines in ((plain_events([item]) or "").splitlines(), told(events([item]))):
        assert lines[1].endswith(said)


@pytest.mark.parametrize("hidden", ["\n9  eve", "\u202eeve", "\u200b"])
def test_a_name_or_reason_of_long_ago_can_pass_for_no_other_row(hidden: str) -> None:
    item = replace(FOUND[0], actor=f"ada{hidden}", reason=f"why{hidden}")
    assert plain_events([item]) is None
    assert len(told(events([item]))) == 2


def test_a_page_is_compared_with_the_pages_before() -> None:
    page = FOUND[:1]
    for newest, said in (("", False), (TIMES[1], False), (TIMES[2], True)):
        assert ("(clock set back)" in (plain_events(page, newest=newest) or "")) == said
        assert ("(clock set back)" in " ".join(told(events(page, newest=newest)))) == said


def test_verification_counts_them_and_the_chain_still_holds() -> None:
    assert len(told(verification(Verification(4, None)))) == 1
    lines = " ".join(told(verification(Verification(4, None, 1))))
    assert "4 events: the chain holds" in lines
    assert "1 event with an earlier time than one before" in lines


def test_verification_says_how_far_the_anchors_reach() -> None:
    assert len(told(verification(Verification(4, None, anchored=4, last=4)))) == 1
    lines = " ".join(told(verification(Verification(4, None, anchored=2, last=4))))
    assert "anchors vouch for the events up to 2; for later ones only the chain does" in lines
