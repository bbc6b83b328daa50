"""What a use case without Terraform makes; tests/e2e/runs/states/test_made_once.py counts for the others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cellwright.app.fleet.check import check
from cellwright.app.fleet.explain import ExplainRequest, explain
from cellwright.app.fleet.graph import GraphRequest, graph
from cellwright.app.fleet.policy import list_policies
from cellwright.app.fleet.show import ShowRequest, show
from cellwright.app.history.events import EventsRequest, events, verify
from cellwright.app.history.logs import LogsRequest, logs
from cellwright.app.history.prune import PruneRequest, prune
from cellwright.app.history.runs import RunsRequest, runs
from cellwright.app.ip.check import check_addresses
from cellwright.app.ip.history import block_history
from cellwright.app.ip.pools import show_pools
from cellwright.app.session.session import FleetSession
from cellwright.app.status.status import StatusRequest, status
from unit.app.counting import Made
from unit.app.kit import ADA, ledger_of, make_fleet, make_run, open_session

LOAD = {"loads": 1, "stacks": 1, "policies": 1}
LEDGER = {"databases": 1, "schemas": 1}
ALL = ShowRequest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_fleet(tmp_path, acme="{}", globex="{}")
    with open_session(tmp_path) as session:
        session.open(writing=True)
    with ledger_of(tmp_path) as ledger:
        ledger.recorder.start_run(make_run("run-1"))
    return tmp_path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(monkeypatch)


CASES: dict[str, tuple[Callable[[FleetSession], object], dict[str, int]]] = {
    "check": (check, LOAD),
    "show": (lambda session: list(show(session, ALL).units), LOAD),
    "explain": (lambda session: explain(session, ExplainRequest(unit="client/acme/app")), LOAD),
    "graph": (lambda session: graph(session, GraphRequest()), LOAD),
    "status": (lambda session: status(session, StatusRequest()), LOAD),
    "policy": (list_policies, LOAD),
    "ip show": (show_pools, LOAD),
    "ip check": (check_addresses, {**LOAD, **LEDGER}),
    "ip history": (lambda session: block_history(session, "10.0.0.0/8"), {**LOAD, **LEDGER}),
    "runs": (lambda session: runs(session, RunsRequest()), LEDGER),
    "logs": (lambda session: logs(session, LogsRequest(run="run-1")), LEDGER),
    "events": (lambda session: list(events(session, EventsRequest())), LEDGER),
    "events verify": (verify, LEDGER),
    "prune": (lambda session: prune(session, ADA, PruneRequest()), {**LOAD, **LEDGER}),
}


@pytest.mark.parametrize("name", CASES)
def test_everything_is_made_once_and_for_the_next_use_case_nothing(root: Path, made: Made, name: str) -> None:
    use_case, expected = CASES[name]
    with open_session(root) as session:
        use_case(session)
        assert made() == expected
        use_case(session)
        assert made() == {}


def test_one_session_makes_one_of_each_for_all_use_cases(root: Path, made: Made) -> None:
    with open_session(root) as session:
        for use_case, _ in CASES.values():
            use_case(session)
        # One client is a load of its own: it goes on though others have errors.
        assert made() == {"loads": 2, "stacks": 1, "policies": 1, **LEDGER}
