import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cellwright.app.history.events import EventsRequest
from cellwright.cli.commands.look_back.events import _PAGE
from cellwright.cli.screen.screen import UNWRAPPED
from cellwright.cli.views.look_back import events as view
from cellwright.ledger.read.event_filter import EventFilter, action_pattern, subject_pattern
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import Event
from golden.cli import history_samples, samples
from golden.rendering import drawn
from unit.cli.conftest import Place, Run

texts = some.text(some.characters(codec="utf-8"), max_size=9)


def test_events_are_an_array_of_events(run: Run, place: Place) -> None:
    use_case = place("app.history.events.events", lambda *_: iter(history_samples.EVENTS))
    document = run("events", "--after", "0", "--limit", "9", "--json").document
    assert use_case.given[1] == EventsRequest(only=EventFilter(), after=0, limit=9)
    assert isinstance(document, list)
    assert [item["sequence"] for item in document if isinstance(item, dict)] == [1, 2]


def test_all_filters_reach_the_use_case(run: Run, place: Place) -> None:
    use_case = place("app.history.events.events", lambda *_: iter(history_samples.EVENTS))
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


def test_last_asks_for_the_newest_events(run: Run, place: Place) -> None:
    use_case = place("app.history.events.latest_events", history_samples.EVENTS)
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
def test_a_filter_that_can_t_be_read_is_a_usage_error(
    run: Run, place: Place, arguments: list[str], said: str
) -> None:
    use_case = place("app.history.events.events", lambda *_: iter(history_samples.EVENTS))
    answer = run("events", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert not use_case.given


@pytest.mark.parametrize("option", ["--after", "--limit", "--last"])
def test_a_number_that_no_database_takes_is_a_usage_error(run: Run, place: Place, option: str) -> None:
    place("app.history.events.events", lambda *_: iter(history_samples.EVENTS))
    told = run("events", option, "9" * 400)
    assert told.code == 2
    assert "the largest number is" in " ".join(told.err.split())


@given(
    some.lists(
        some.builds(replace, some.just(history_samples.EVENTS[0]), subject=texts, actor=texts, reason=texts)
    )
)
def test_a_pipe_gets_the_same_lines_as_a_screen(found: list[Event]) -> None:
    plain = view.plain_events(found)
    assert plain is None or plain == drawn(view.events(found), UNWRAPPED)
    if found and all(f"{item.subject}{item.actor}{item.reason}".isprintable() for item in found):
        assert plain is not None


def test_control_characters_of_an_event_are_escaped_and_it_stays_one_row(run: Run, place: Place) -> None:
    odd = replace(history_samples.EVENTS[0], reason="two\nlines \x1b[31m")
    place("app.history.events.events", lambda *_: iter([odd]))
    out = run("events").out
    assert "\x1b" not in out
    assert "two\\u000alines \\u001b[31m" in out
    assert len(out.splitlines()) == 2


def test_no_events_are_an_empty_array(run: Run, place: Place) -> None:
    place("app.history.events.events", lambda *_: iter(()))
    assert run("events", "--json").document == []
    assert "no events" in run("events").out


def test_many_events_are_printed_under_one_heading(run: Run, place: Place) -> None:
    many = [replace(history_samples.EVENTS[1], sequence=number) for number in range(1, 2 * _PAGE + 2)]
    place("app.history.events.events", lambda *_: iter(many))
    lines = run("events").out.splitlines()
    assert len(lines) == len(many) + 1
    assert lines[-1].startswith(str(len(many)))


def test_a_failure_while_events_are_read_still_leaves_one_document(run: Run, place: Place) -> None:
    def breaking(*_: object) -> Iterator[Event]:
        yield history_samples.EVENTS[0]
        raise DiagnosticError(error("the ledger is gone"))

    place("app.history.events.events", breaking)
    answer = run("events", "--json")
    assert answer.code == 1
    assert len(json.loads(answer.out)) == 1
    assert "the ledger is gone" in answer.err


@pytest.mark.parametrize(("found", "code"), [(history_samples.SOUND, 0), (history_samples.BROKEN, 1)])
def test_verify_ends_with_1_if_the_chain_is_broken(run: Run, place: Place, found: object, code: int) -> None:
    place("app.history.events.verify", found)
    listed = place("app.history.events.events", lambda *_: iter(history_samples.EVENTS))
    assert run("events", "verify").code == code
    for arguments in (["events", "verify", "--json"], ["events", "--json", "verify"]):
        document = run(*arguments).document
        assert isinstance(document, dict)
        assert document["valid"] is (code == 0)
    assert not listed.given
