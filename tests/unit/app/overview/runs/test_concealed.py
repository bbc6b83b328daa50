"""Whoever may not see the unit that failed is told that there is one, and not which."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.concealed import concealed, progress_seen
from cellwright.app.overview.runs.run_report import ReportRequest, run_report
from cellwright.app.overview.runs.run_view import RunRequest, run_view
from cellwright.app.overview.unit_view import run_unit_view
from cellwright.ledger.progress import StoredProgress
from cellwright.ledger.queue.advance import advance
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.diagnostic import error
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from unit.app.kit import make_fleet, open_session
from unit.app.overview.seeds import RUN, ledger_of, unit

ACME, HIDDEN = unit("client/acme/app"), unit("client/hidden/app")


of_acme = Reach(lambda cell: cell.cell == "acme")


@pytest.mark.parametrize("wave", [0, 1])
def test_a_skipped_unit_does_not_name_the_one_that_failed(tmp_path: Path, wave: int) -> None:
    make_fleet(tmp_path, acme="{}\n", hidden="{}\n")
    queued = (
        QueuedUnit(address=HIDDEN),
        QueuedUnit(address=ACME, wave=wave, upstreams=frozenset() if wave else frozenset({HIDDEN})),
    )
    run = Run(
        id=RUN,
        kind=RunKind.APPLY,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=tuple(RunUnit(item.address, Operation.APPLY, item.wave) for item in queued),
    )
    with open_session(tmp_path) as session:
        ledger = ledger_of(session)
        ledger.recorder.start_run(run, queued=QueuedRun(task={}, units=queued))
        ledger.recorder.record_result(RUN, UnitResult(HIDDEN, Outcome.FAILED))
        advance(ledger.database, RUN)
        view = run_view(session, RunRequest(run=RUN, readable=of_acme))
        report = run_report(session, ReportRequest(run=RUN, limit=9, readable=of_acme))
        one = run_unit_view(session, RUN, ACME, of_acme)
        whole = run_unit_view(session, RUN, ACME)
    shown = [view.units, view.skipped, report.results, one.row]
    assert all("a unit that comes before it failed" in repr(item) for item in shown)
    assert all("hidden" not in repr(item) for item in shown)
    assert "client/hidden/app failed" in whole.row.record.diagnostics[0].summary


def test_other_words_stay_as_they_are() -> None:
    said = (error("not run: somebody rejected it"), error("client/hidden/app is missing"))
    assert concealed(said, of_acme) == said


def test_progress_does_not_name_the_one_that_failed_either() -> None:
    said = {"summary": "not run: client/hidden/app failed", "detail": "see it"}
    stored = StoredProgress(1, RUN, str(ACME), "", 1, "diagnostic_seen", said)
    ended = replace(stored, kind="unit_finished", detail={"outcome": "skipped", "diagnostics": [said]})
    other = replace(stored, unit=str(HIDDEN), detail={})
    seen = list(progress_seen((stored, ended, other), of_acme))
    assert [item.kind for item in seen] == ["diagnostic_seen", "unit_finished"]
    assert "hidden" not in str(seen)
    assert "a unit that comes before it failed" in str(seen[1].detail)
    assert list(progress_seen((stored, ended, other), everything)) == [stored, ended, other]
