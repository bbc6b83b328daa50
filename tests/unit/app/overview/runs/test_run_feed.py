"""A feed tells what has changed, whether by stored progress or by somebody's answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.overview.runs.run_feed import RunFeed
from cellwright.app.session.session import FleetSession
from cellwright.ledger.approvals import Answer
from cellwright.ledger.opening import Ledger
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.progress import (
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ProgressEvent,
    ResourceProgress,
    UnitFinished,
)
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from unit.app.kit import make_fleet, open_session
from unit.app.overview.seeds import GRACE, RUN, end, ledger_of, plan, start, unit

ACME, GLOBEX = "client/acme/app", "client/globex/app"
APP = unit(ACME)
TIME = "2026-11-22T21:48:13.000000+00:00"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    make_fleet(tmp_path, acme="{}\n", globex="{}\n")
    with open_session(tmp_path) as opened:
        yield opened


@pytest.fixture
def ledger(session: FleetSession) -> Ledger:
    opened = ledger_of(session)
    start(opened, ACME, GLOBEX)
    return opened


def tell(ledger: Ledger, *progress: Progress) -> None:
    ledger.progress.record(
        [
            ProgressEvent(run=RUN, unit=APP, time=TIME, sequence=number, progress=item)
            for number, item in enumerate(progress, 1)
        ]
    )


def advanced(session: FleetSession) -> RunFeed:
    feed = RunFeed(session, RUN)
    assert feed.advance()
    return feed


def test_nothing_new_is_no_change(session: FleetSession, ledger: Ledger) -> None:
    feed = advanced(session)
    assert (feed.version, feed.advance(), feed.version) == (1, False, 1)
    assert set(feed.changed_since(1)) == set()
    assert ledger.reader.run(RUN)


def test_progress_says_what_a_unit_is_doing(session: FleetSession, ledger: Ledger) -> None:
    feed = advanced(session)
    tell(
        ledger,
        PhaseEntered(APP, Phase.APPLYING),
        ResourceProgress(APP, "aws_x.a", "create", "started"),
        ResourceProgress(APP, "aws_x.b", "create", "started"),
        ResourceProgress(APP, "aws_x.a", "create", "done", 3.0),
        ResourceProgress(APP, "aws_x.b", "create", "progress", 10.0),
        ResourceProgress(APP, "aws_x.c", "create", "errored", 1.0),
        ProgramSaid(APP, "waiting for the service"),
    )
    assert feed.advance()
    assert set(feed.changed_since(1)) == {APP}
    live = feed.live[APP]
    assert (live.phase, live.since, live.done, live.errored) == (Phase.APPLYING, TIME, 1, 1)
    assert {name: item.seconds for name, item in live.working.items()} == {"aws_x.b": 10.0}
    assert live.said == "waiting for the service"


def test_another_attempt_begins_anew(session: FleetSession, ledger: Ledger) -> None:
    tell(
        ledger,
        PhaseEntered(APP, Phase.APPLYING),
        ResourceProgress(APP, "aws_x.a", "create", "done"),
        PhaseEntered(APP, Phase.PREPARING, "second try"),
    )
    live = advanced(session).live[APP]
    assert (live.phase, live.note, live.done) == (Phase.PREPARING, "second try", 0)


def test_a_unit_that_is_over_does_nothing_any_more(session: FleetSession, ledger: Ledger) -> None:
    tell(ledger, PhaseEntered(APP, Phase.PLANNING), UnitFinished(UnitResult(APP, Outcome.FAILED)))
    assert advanced(session).live == {}


def test_an_answer_of_another_process_is_a_change_without_any_progress(
    session: FleetSession, ledger: Ledger
) -> None:
    digest = plan(ledger, ACME)
    feed = advanced(session)
    ledger.approvals.answer(RUN, {APP: digest}, Answer(actor=GRACE, approved=True))
    assert feed.advance()
    ledger.cancels.request(RUN, GRACE)
    assert feed.advance()
    end(ledger, GLOBEX, Outcome.CANCELLED)
    assert feed.advance()
    assert set(feed.changed_since(3)) == {unit(GLOBEX)}
    ledger.recorder.finish_run(RUN, RunStatus.CANCELLED)
    assert (feed.advance(), feed.over) == (True, True)


def test_who_comes_first_is_told_of_the_units_at_work(session: FleetSession, ledger: Ledger) -> None:
    tell(ledger, PhaseEntered(APP, Phase.PLANNING))
    feed = advanced(session)
    assert set(feed.changed_since(0)) == {APP}


def test_what_has_changed_since_a_page_was_made_is_told_at_first(
    session: FleetSession, ledger: Ledger
) -> None:
    tell(ledger, PhaseEntered(APP, Phase.PLANNING))
    seen = ledger.progress.newest()
    tell(ledger, UnitFinished(UnitResult(APP, Outcome.APPLIED)))
    feed = advanced(session)
    assert set(feed.changed_since(0, seen)) == {APP}
    assert set(feed.changed_since(0, ledger.progress.newest())) == set()


def test_a_ledger_that_fails_for_a_moment_loses_nothing(
    session: FleetSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = advanced(session)
    tell(ledger, PhaseEntered(APP, Phase.PLANNING))
    with monkeypatch.context() as patch:
        patch.setattr(RunFeed, "_state_of", _failing)
        with pytest.raises(DiagnosticError):
            feed.advance()
    assert feed.advance()
    assert set(feed.changed_since(1)) == {APP}


def _failing(_feed: RunFeed, _ledger: Ledger) -> object:
    raise DiagnosticError(error("the ledger can't be reached", "wait"))
