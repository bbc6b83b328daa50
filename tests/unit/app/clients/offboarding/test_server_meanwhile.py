"""A command offboards at once while a server on the same ledger looks for offboardings to go on with."""

from pathlib import Path

import pytest

from cellwright.app.clients.finishing import Offboardings
from cellwright.app.clients.offboarding import carrier
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.session.session import OpenFleet
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.model.offboarding import Phase
from cellwright.model.runs.run import RunKind
from unit.app.clients.offboarding.kit import ACME, Leaving, leaving_fleet


@pytest.fixture(name="leaving")
def leaving_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leaving:
    return leaving_fleet(tmp_path, monkeypatch)


def server_looks(leaving: Leaving) -> None:
    with leaving.session() as session:
        Offboardings(session, lambda: session).finish()


def runs_of(leaving: Leaving, kind: RunKind) -> list[str]:
    with leaving.session() as session:
        return [run.id for run in RunQuery(session.ledger().database).page(RunFilter(kind=kind.value), 10)]


@pytest.mark.parametrize("kind", [RunKind.PLAN, RunKind.DESTROY])
@pytest.mark.parametrize("after", [True, False], ids=["at its end", "at its beginning"])
def test_a_server_begins_no_second_run_of_one_that_a_command_carries_out(
    leaving: Leaving, monkeypatch: pytest.MonkeyPatch, kind: RunKind, *, after: bool
) -> None:
    def performed(fleet: OpenFleet, actor: object, task: RunTask, talk: object) -> RunReport:
        looked = task.run.kind is kind
        if looked and not after:
            server_looks(leaving)
        found = leaving.perform(fleet, actor, task, talk)
        if looked and after:
            server_looks(leaving)
        return found

    monkeypatch.setattr(carrier, "perform", performed)
    report = leaving.leave()
    (plan,), (destroy,) = runs_of(leaving, RunKind.PLAN), runs_of(leaving, RunKind.DESTROY)
    assert (report.record.plan_run, report.record.run) == (plan, destroy)
    assert leaving.actions("client.offboarding") == ["client.offboarding"]
    if kind is RunKind.PLAN and after:
        assert report.record.phase is Phase.DESTROYING  # by the server, which was faster
        assert leaving.kinds == [RunKind.PLAN]
        return
    assert report.record.phase is Phase.DONE
    assert leaving.kinds == [RunKind.PLAN, RunKind.DESTROY]
    assert leaving.actions("client.offboarded") == ["client.offboarded"]
    with leaving.session() as session:
        assert session.ledger().reader.lease_holders() == {}
        assert session.ledger().offboardings.open_of(ACME) is None
    assert not (leaving.root / "clients/acme.yaml").exists()
