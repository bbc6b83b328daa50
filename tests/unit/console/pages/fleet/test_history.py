"""The runs of a cell and of a unit say the words of the list of all runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, Outcome, RunStatus, RunUnit, UnitResult
from unit.app.kit import make_run
from unit.console.kit import browser, make_services

APP = UnitAddress("client", "acme", "app")
RUN = "20261122-214812-3f9a"


@pytest.mark.parametrize("path", ["/runs", "/cells/client/acme/history", "/units/client/acme/app"])
def test_a_run_of_which_a_plan_was_not_approved_reads_refused(tmp_path: Path, path: str) -> None:
    services = make_services(tmp_path)
    recorder = services.session.ledger(writing=True).recorder
    recorder.start_run(replace(make_run(RUN), units=(RunUnit(APP, Operation.APPLY),), reason="because"))
    recorder.record_result(RUN, UnitResult(APP, Outcome.REFUSED))
    recorder.finish_run(RUN, RunStatus.FAILED)
    said = browser(services).get(path).text
    row = said[said.index(f'href="/runs/{RUN}"') :].partition("</tr>")[0]
    assert "refused" in row
    assert "failed" not in row.lower()
    assert "Apply" in said
