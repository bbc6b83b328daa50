"""What a page says of a run: from the ledger alone, whoever carries the run out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.overview.reach import Reach
from cellwright.app.overview.runs import open_approvals as approvals_module
from cellwright.app.overview.runs import run_view as run_view_module
from cellwright.app.overview.runs.open_approvals import ApprovalsRequest, open_approvals
from cellwright.app.overview.runs.run_graph import places_of, run_graph
from cellwright.app.overview.runs.run_list import RunListRequest, run_list
from cellwright.app.overview.runs.run_view import RunRequest, RunView, run_view
from cellwright.app.overview.runs.waiting import WaitKind
from cellwright.app.session.session import FleetSession
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read import open_questions as questions_module
from cellwright.ledger.read.run_query import RunFilter
from cellwright.ledger.read.run_unit_query import RunUnitFilter
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, UnitResult
from unit.app.kit import make_fleet, open_session
from unit.app.overview.seeds import ADA, GONE, RUN, end, fail, ledger_of, plan, start, unit

FLEET = """\
fleet: trial
levels:
  - name: client
    cells: clients
    layers: [defaults.yaml]
    stacks:
      network: {source: ./stack}
      app: {source: ./stack, needs: [network]}
"""
ACME, GLOBEX = "client/acme/app", "client/globex/app"
NETWORK = "client/acme/network"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    make_fleet(tmp_path, acme="{}\n", globex="{}\n")
    (tmp_path / "fleet.yaml").write_text(FLEET)
    with open_session(tmp_path) as opened:
        yield opened


@pytest.fixture
def ledger(session: FleetSession) -> Ledger:
    return ledger_of(session)


def view(session: FleetSession, only: RunUnitFilter | None = None) -> RunView:
    return run_view(session, RunRequest(run=RUN, only=only or RunUnitFilter()))


def waits(found: RunView) -> dict[str, WaitKind | None]:
    return {str(row.record.address): row.wait.kind if row.wait else None for row in found.units}


def test_units_wait_for_upstreams_and_waves(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, NETWORK, ACME, GLOBEX, waves={GLOBEX: 1})
    ledger.recorder.enter(RUN, unit(NETWORK), UnitState.PLANNING)
    found = view(session)
    assert waits(found) == {NETWORK: None, ACME: WaitKind.UPSTREAM, GLOBEX: WaitKind.WAVE}
    assert [(wave.units, wave.over) for wave in found.waves] == [(2, 0), (1, 0)]


def test_what_an_upstream_was_waited_for_goes_on_when_that_is_over(
    session: FleetSession, ledger: Ledger
) -> None:
    start(ledger, NETWORK, ACME)
    ledger.recorder.enter(RUN, unit(NETWORK), UnitState.PLANNING)
    end(ledger, NETWORK, Outcome.APPLIED)
    assert waits(view(session)) == {NETWORK: None, ACME: WaitKind.PLACE}


def test_the_downstream_is_destroyed_first(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, NETWORK, ACME, kind=RunKind.DESTROY)
    assert waits(view(session)) == {NETWORK: WaitKind.PLACE, ACME: WaitKind.PLACE}


def test_another_run_that_works_on_the_unit_is_named(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, ACME)
    ledger.leases.acquire(unit(ACME), Holder("elsewhere", 7, "boot", "another-run"), 60)
    (row,) = view(session).units
    assert row.wait
    assert (row.wait.kind, row.wait.run) == (WaitKind.LEASE, "another-run")


def test_a_run_whose_process_is_gone_can_be_resumed(session: FleetSession, ledger: Ledger) -> None:
    from cellwright.engine.lease.keeper import this_process  # noqa: PLC0415  one test's

    me = this_process(RUN)
    gone = Holder(me.host, 2**22 + 1, me.process_started, RUN)
    start(ledger, ACME, holder=gone)
    found = view(session)
    assert (found.situation.carried_out, found.may_be_resumed) == (False, True)


def test_a_run_of_another_machine_is_presumed_to_go_on(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, ACME, holder=GONE)
    found = view(session)
    assert (found.situation.carried_out, found.may_be_resumed, found.may_be_cancelled) == (True, False, True)


def test_plans_that_wait_and_failures_are_grouped(session: FleetSession, ledger: Ledger) -> None:
    clients = [f"client/c{number}/app" for number in range(6)]
    start(ledger, *clients)
    for address in clients[:3]:
        plan(ledger, address)
    fail(ledger, clients[3:5])
    end(ledger, clients[5], Outcome.SKIPPED, error("not run: it failed"))
    found = view(session)
    assert [len(group.plans) for group in found.waiting] == [3]
    assert [(len(group.units), group.exact) for group in found.failures] == [(2, False)]
    assert [len(group.units) for group in found.skipped] == [1]
    assert (found.to_retry, found.to_cancel) == (6, 3)


def test_units_are_filtered_and_counted_as_a_whole(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, ACME, GLOBEX)
    plan(ledger, ACME)
    found = view(session, RunUnitFilter(where="awaiting"))
    assert list(waits(found)) == [ACME]
    assert found.waves[0].counts == {"awaiting": 1, "pending": 1}


def test_a_run_that_only_planned_is_over(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, ACME, kind=RunKind.PLAN)
    end(ledger, ACME, Outcome.PLANNED)
    ledger.recorder.finish_run(RUN, RunStatus.SUCCEEDED)
    found = view(session)
    assert (found.waves[0].over, found.may_be_resumed, found.may_be_cancelled) == (1, False, False)


def test_who_may_see_one_client_sees_no_other(session: FleetSession, ledger: Ledger) -> None:
    def acme(cell: CellAddress) -> bool:
        return cell.cell == "acme"

    start(ledger, ACME, GLOBEX)
    start(ledger, GLOBEX, run="20261122-220000-0001")
    for address in (ACME, GLOBEX):
        plan(ledger, address)
    found = run_view(session, RunRequest(run=RUN, readable=Reach(acme)))
    assert list(waits(found)) == [ACME]
    assert [[str(one.unit) for one in group.plans] for group in found.waiting] == [[ACME]]
    assert [run.id for run in run_list(session, RunListRequest(readable=Reach(acme))).runs] == [RUN]
    assert open_approvals(session, ApprovalsRequest(readable=Reach(acme))).plans == 1
    with pytest.raises(DiagnosticError, match="there is no run"):
        run_view(session, RunRequest(run="20261122-220000-0001", readable=Reach(acme)))


def test_an_unknown_run_is_told(session: FleetSession) -> None:
    with pytest.raises(DiagnosticError, match=f"there is no run '{RUN}'"):
        view(session)


def test_runs_are_listed_with_what_waits(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, ACME, GLOBEX)
    plan(ledger, ACME)
    found = run_list(session, RunListRequest(only=RunFilter(status="running")))
    assert ([run.id for run in found.runs], found.next) == ([RUN], None)
    assert (found.by_status, found.waiting) == ({"running": 1}, {RUN: 1})
    assert found.runs[0].actor == ADA.name


def test_open_approvals_are_those_of_all_runs(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, ACME)
    start(ledger, GLOBEX, run="20261122-220000-0001")
    plan(ledger, ACME)
    plan(ledger, GLOBEX, run="20261122-220000-0001")
    found = open_approvals(session, ApprovalsRequest())
    assert [(run.run, run.plans, run.reason) for run in found.runs] == [
        (RUN, 1, "roll out 1.5.0"),
        ("20261122-220000-0001", 1, "roll out 1.5.0"),
    ]
    assert not found.more


def test_what_one_may_not_see_takes_no_place_among_the_first_approvals(
    session: FleetSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approvals_module, "MOST", 1)
    monkeypatch.setattr(questions_module, "_PAGE", 1)
    start(ledger, ACME, GLOBEX)
    plan(ledger, ACME)
    plan(ledger, GLOBEX)

    def of(*cells: str) -> tuple[list[str], bool]:
        found = open_approvals(session, ApprovalsRequest(readable=Reach(lambda cell: cell.cell in cells)))
        plans = [str(item.unit) for run in found.runs for group in run.groups for item in group.plans]
        return plans, found.more

    assert of("acme") == ([ACME], False)
    assert of("globex") == ([GLOBEX], False)
    assert of("acme", "globex") == ([ACME], True)
    assert of() == ([], False)


def test_a_small_run_is_a_graph_of_units_a_large_one_of_stacks(
    session: FleetSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(ledger, NETWORK, ACME, "client/globex/network", GLOBEX)
    small = run_graph(session, RUN)
    assert (small.grouped, small.waits[ACME]) == (False, frozenset({NETWORK}))
    monkeypatch.setattr("cellwright.app.overview.runs.run_graph.MOST_UNITS", 3)
    large = run_graph(session, RUN)
    assert (large.grouped, large.waits) == (
        True,
        {"client/network": frozenset(), "client/app": frozenset({"client/network"})},
    )
    places = places_of(session, RUN)
    assert large.counts(places) == {"client/network": {"pending": 2}, "client/app": {"pending": 2}}


def test_whoever_may_see_one_cell_is_told_of_that_one(session: FleetSession, ledger: Ledger) -> None:
    start(ledger, NETWORK, ACME, GLOBEX, waves={GLOBEX: 1})
    mine = CellAddress("client", "globex")
    found = run_view(session, RunRequest(run=RUN, readable=Reach(lambda cell: cell == mine)))
    assert [row.record.address for row in found.units] == [unit(GLOBEX)]
    assert (found.run.units, dict(found.run.counts)) == (1, {"pending": 1})
    assert [(wave.number, wave.units) for wave in found.waves] == [(1, 1)]
    [listed] = run_list(session, RunListRequest(readable=Reach(lambda cell: cell == mine))).runs
    assert (listed.units, dict(listed.counts)) == (1, {"pending": 1})


def test_what_a_unit_waits_for_is_not_named_to_whoever_may_not_see_it(
    session: FleetSession, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, mine = "client/globex/network", CellAddress("client", "acme")
    start(ledger, elsewhere, ACME)
    monkeypatch.setattr(
        run_view_module, "before_applies", lambda _session, _units: {unit(ACME): [unit(elsewhere)]}
    )
    [row] = run_view(session, RunRequest(run=RUN, readable=Reach(lambda cell: cell == mine))).units
    assert row.wait is not None
    assert (row.wait.kind, row.wait.unit) == (WaitKind.UPSTREAM, None)
    assert "globex" not in row.wait.why


def test_a_status_is_judged_by_what_somebody_may_see(session: FleetSession, ledger: Ledger) -> None:
    """A run that failed elsewhere was refused for who sees the refused unit only, and is listed as that."""
    start(ledger, ACME, GLOBEX)
    ledger.recorder.record_result(RUN, UnitResult(unit(ACME), Outcome.REFUSED))
    fail(ledger, [GLOBEX])
    ledger.recorder.finish_run(RUN, RunStatus.FAILED)

    def listed(status: str, cell: str) -> list[str]:
        seen = CellAddress.parse(cell)
        wanted = RunListRequest(only=RunFilter(status=status), readable=Reach(lambda one: one == seen))
        return [run.id for run in run_list(session, wanted).runs]

    assert listed("refused", "client/acme") == [RUN]
    assert listed("failed", "client/acme") == []
    assert listed("failed", "client/globex") == [RUN]
    assert [run.id for run in run_list(session, RunListRequest(only=RunFilter(status="failed"))).runs] == [
        RUN
    ]
