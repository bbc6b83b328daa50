"""Long lists: the trail, units by the page, runs by the page; streamed, and whole when they break off."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cellwright.app.fleet.show import ShownUnits, ShowRequest
from cellwright.app.history.events import EventsRequest
from cellwright.app.history.logs import UnitLog
from cellwright.app.history.runs import RunPage, RunsRequest
from cellwright.app.status.paging import Page
from cellwright.app.status.status import StatusRequest
from cellwright.cli.commands.events import _PAGE
from cellwright.cli.screen import UNWRAPPED
from cellwright.cli.views.text import trail
from cellwright.ledger.read.event_filter import EventFilter, action_pattern, subject_pattern
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.event import Event
from golden.cli import samples
from golden.cli.test_views import drawn
from unit.cli.conftest import Place, Run

texts = some.text(some.characters(codec="utf-8"), max_size=9)


def test_events_are_an_array_of_events(run: Run, place: Place) -> None:
    use_case = place("events.use_case.events", lambda *_: iter(samples.EVENTS))
    document = run("events", "--after", "0", "--limit", "9", "--json").document
    assert use_case.given[1] == EventsRequest(only=EventFilter(), after=0, limit=9)
    assert isinstance(document, list)
    assert [item["sequence"] for item in document if isinstance(item, dict)] == [1, 2]


def test_events_are_filtered_by_all_that_was_said(run: Run, place: Place) -> None:
    use_case = place("events.use_case.events", lambda *_: iter(samples.EVENTS))
    arguments = [
        "--subject",
        "client/*/app",
        "--subject",
        samples.RUN,
        "--action",
        "unit.*",
        "--actor",
        "ada",
    ]
    assert run("events", *arguments, "--since", "2026-11-01", "--until", "2026-11-30").code == 0
    request = use_case.given[1]
    assert isinstance(request, EventsRequest)
    assert request.only == EventFilter(
        subjects=(subject_pattern("client/*/app"), subject_pattern(samples.RUN)),
        actions=(action_pattern("unit.*"),),
        actors=("ada",),
        since=datetime(2026, 11, 1, tzinfo=UTC),
        until=datetime(2026, 12, 1, tzinfo=UTC),
    )


def test_the_last_events_are_the_newest(run: Run, place: Place) -> None:
    use_case = place("events.use_case.latest_events", samples.EVENTS)
    assert len(run("events", "--last", "2").out.splitlines()) == 3
    assert use_case.given[1:] == (2, EventFilter())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--last", "2", "--limit", "3"], "choose"),
        (["--last", "2", "--after", "3"], "choose"),
        (["--since", "soon"], "'soon' is no time"),
        (["--until", "7y"], "'7y' is no time"),
        (["--subject", "tier=gold"], "by address"),
        (["--subject", "client/*/app,tier=gold"], "by address"),
    ],
)
def test_events_that_can_t_be_meant_are_a_usage_error(
    run: Run, place: Place, arguments: list[str], said: str
) -> None:
    use_case = place("events.use_case.events", lambda *_: iter(samples.EVENTS))
    answer = run("events", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert not use_case.given


@given(
    some.lists(some.builds(replace, some.just(samples.EVENTS[0]), subject=texts, actor=texts, reason=texts))
)
def test_a_pipe_gets_the_very_lines_of_a_screen(found: list[Event]) -> None:
    plain = trail.plain_events(found)
    assert plain is None or plain == drawn(trail.events(found), UNWRAPPED)
    if found and all(f"{item.subject}{item.actor}{item.reason}".isprintable() for item in found):
        assert plain is not None


def test_an_event_that_needs_more_than_columns_is_shown_safely(run: Run, place: Place) -> None:
    odd = replace(samples.EVENTS[0], reason="two\nlines \x1b[31m")
    place("events.use_case.events", lambda *_: iter([odd]))
    out = run("events").out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "where", "answer"),
    [
        (["status"], "status.fleet_status", samples.STATUS_PAGE),
        (["show"], "inspect.show_units", lambda *_: ShownUnits(iter(samples.SHOWN), samples.ACME_SFTP)),
    ],
)
def test_units_are_listed_a_page_at_a_time(
    run: Run, place: Place, arguments: list[str], where: str, answer: object
) -> None:
    use_case = place(where, answer)
    said = run(*arguments, "--after", "client/acme/app", "--limit", "2")
    request = use_case.given[1]
    assert isinstance(request, StatusRequest | ShowRequest)
    assert request.page == Page(samples.ACME_APP, 2)
    assert "more: repeat this with --after " in said.out
    document = run(*arguments, "--json").document
    assert isinstance(document, dict)
    assert document["next"] in said.out


def test_a_page_after_what_is_no_unit_is_a_usage_error(run: Run, place: Place) -> None:
    use_case = place("status.fleet_status", samples.STATUS)
    answer = run("status", "--after", "client/acme")
    assert answer.code == 2
    assert "level/cell/stack" in answer.err
    assert not use_case.given


def test_older_runs_are_on_the_next_page(run: Run, place: Place) -> None:
    use_case = place("history.list_runs", RunPage(samples.RUNS, samples.RUNS[-1].id))
    answer = run("runs", "--before", samples.RUN, "--limit", "2")
    assert use_case.given[1] == RunsRequest(limit=2, before=samples.RUN)
    assert answer.out.splitlines()[-1] == f"more: repeat this with --before {samples.RUNS[-1].id}"


def test_a_log_that_can_t_be_read_ends_the_document_properly(run: Run, place: Place, tmp_path: Path) -> None:
    there = tmp_path / "app.log"
    there.write_text("a line\n")
    logs = (UnitLog(samples.ACME_APP, there), UnitLog(samples.ACME_SFTP, tmp_path / "gone.log"))
    place("history.run_logs", logs)
    answer = run("logs", samples.RUN, "--json")
    assert answer.code == 1
    assert json.loads(answer.out)["logs"][0]["lines"] == ["a line"]
    assert "gone.log can't be read" in answer.err


def test_no_events_are_an_empty_array(run: Run, place: Place) -> None:
    place("events.use_case.events", lambda *_: iter(()))
    assert run("events", "--json").document == []
    assert "no events" in run("events").out


def test_many_events_are_printed_page_by_page_under_one_heading(run: Run, place: Place) -> None:
    many = [replace(samples.EVENTS[1], sequence=number) for number in range(1, 2 * _PAGE + 2)]
    place("events.use_case.events", lambda *_: iter(many))
    lines = run("events").out.splitlines()
    assert len(lines) == len(many) + 1
    assert lines[-1].startswith(str(len(many)))


def test_a_trail_that_breaks_off_still_leaves_one_document(run: Run, place: Place) -> None:
    def breaking(*_: object) -> Iterator[Event]:
        yield samples.EVENTS[0]
        raise DiagnosticError(error("the ledger is gone"))

    place("events.use_case.events", breaking)
    answer = run("events", "--json")
    assert answer.code == 1
    assert len(json.loads(answer.out)) == 1
    assert "the ledger is gone" in answer.err
