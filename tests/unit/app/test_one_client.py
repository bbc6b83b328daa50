"""Looking at one client says what looking at everything says of it, and reads no more than it must."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.app.fleet.explain import ExplainRequest, explain
from cellwright.app.fleet.graph import GraphRequest, graph
from cellwright.app.fleet.show import ShowRequest, show
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.status.status import StatusRequest, status
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.scope import Scope
from cellwright.ledger.opening import Ledger
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.change import UnitStatus
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.planning.choice import Choice
from cellwright.planning.neighbour_flags import Relatives
from examples import examples
from unit.app.kit import STACK, applied_event, make_fleet, open_session
from unit.fleet.workbench import write

POOLS = """\
fleet: trial
addresses: {pools: {clients: {cidr: 10.64.0.0/10, size: 22}}}
levels:
  - {name: base, cells: accounts, stacks: {network: {source: ./stack}}}
  - {name: client, cells: clients, stacks: {app: {source: ./stack}}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_fleet(tmp_path, acme="{}", globex="stacks: {app: {size: 2}}")
    return tmp_path


def narrow(root: Path, cell: str) -> Fleet:
    """Load one client's part of the fleet as it is now."""
    return open_session(root).snapshot(Scope(frozenset([CellAddress("client", cell)]))).fleet


def statuses(root: Path, *selectors: str) -> tuple[UnitStatus, ...]:
    with open_session(root) as session:
        return status(session, StatusRequest(selectors=selectors)).units


def test_a_broken_client_stops_whom_it_concerns(root: Path) -> None:
    write(root, {"clients/globex.yaml": "stacks: [unclosed"})
    one = ShowRequest(selectors=["client/acme"])
    assert [item.address.stack for item in show(open_session(root), one).units] == ["app", "extra"]
    write(root, {"clients/acme.yaml": "stacks: {app: {size: 2}}"})
    session = open_session(root)
    size = ExplainRequest(unit="client/acme/app", input="size")
    assert [item.value for item in explain(session, size)] == [2]
    assert len(graph(session, GraphRequest(selectors=["client/acme"])).nodes) == 1
    assert len(statuses(root, "client/acme")) == 1
    for selectors, relatives in (
        ([], Relatives()),
        (["client/globex"], Relatives()),
        (["client/*"], Relatives()),
        (["client/acme", "client/globex"], Relatives()),
        (["client/acme"], Relatives(downstreams=True)),
    ):
        with pytest.raises(DiagnosticError):
            show(session, ShowRequest(selectors=selectors, relatives=relatives))


def test_blocks_that_overlap_somebody_elses_are_found(tmp_path: Path) -> None:
    make_fleet(tmp_path)
    clients = {
        "acme": "10.64.0.0/22",
        "globex": "10.64.4.0/22",
        "initech": "10.64.12.0/22",
        "umbrella": "10.64.12.0/22",
    }
    files = {f"clients/{name}.yaml": f"addresses: {{clients: {block}}}\n" for name, block in clients.items()}
    write(tmp_path, files | {"fleet.yaml": POOLS, "accounts/one.yaml": "{}", "stack/main.tf": STACK})
    assert not narrow(tmp_path, "acme").diagnostics, "two others overlap"
    write(tmp_path, {"clients/acme.yaml": "addresses: {clients: 10.64.4.0/24}\n"})
    told = [str(item) for item in narrow(tmp_path, "acme").diagnostics]
    assert len([text for text in told if "overlaps 10.64.4.0/22 of client/globex" in text]) == 1
    assert not any("initech" in text or "umbrella" in text for text in told)
    whole = [str(item) for item in open_session(tmp_path).snapshot().fleet.diagnostics]
    assert set(told) < set(whole)
    write(tmp_path, {"clients/acme.yaml": "addresses: {clients: 10.64.8.0/22}\n"})
    assert not narrow(tmp_path, "acme").diagnostics


def test_a_block_in_quarantine_is_told_of(tmp_path: Path) -> None:
    make_fleet(tmp_path)
    release = "{block: 10.64.0.0/22, pool: clients, cell: client/gone, released: '2999-01-01T00:00:00Z'}"
    write(
        tmp_path,
        {
            "fleet.yaml": POOLS,
            "clients/acme.yaml": "addresses: {clients: 10.64.0.0/22}\n",
            "clients/globex.yaml": "{}",
            "accounts/one.yaml": "{}",
            "released-addresses.yaml": f"- {release}\n",
        },
    )
    fleet = narrow(tmp_path, "acme")
    assert fleet.within is not None
    assert "in quarantine since client/gone" in str(fleet.diagnostics[0])


UNITS = [
    UnitAddress("client", cell, stack)
    for cell in ("acme", "globex", "gone")
    for stack in ("app", "extra", "old")
]


def record(ledger: Ledger, units: list[UnitAddress]) -> None:
    run = Run(
        id="20261122-214812-3f9a",
        kind=RunKind.APPLY,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=tuple(RunUnit(unit, Operation.APPLY) for unit in units),
    )
    ledger.recorder.start_run(run)
    for unit in units:
        applied = AppliedUnit(
            head=AppliedHead(address=unit, fingerprint="other", state=StateMark("lineage", 1)),
            source_digest="other",
            source_label="./stack",
            backend_digest="",
            inputs={},
            outputs={},
            recipe={},
            binary=BinaryVersion("terraform", "1.11.4"),
            run=run.id,
        )
        ledger.recorder.record_applied(
            applied, UnitResult(unit, Outcome.APPLIED), run.id, applied_event(run.id)
        )


def fill(root: Path, units: list[UnitAddress]) -> None:
    """Record units as applied."""
    with open_session(root) as session:
        record(session.open(writing=True).ledger, units)


def chosen(root: Path, selection: Selection, scope: Scope | None) -> tuple[Choice, Fleet]:
    with open_session(root) as session:
        fleet = session.open(writing=True, scope=scope)
        return choose_units(fleet, selection), fleet.fleet


def test_units_of_others_that_the_fleet_no_longer_has_are_left_alone(root: Path) -> None:
    fill(root, UNITS)
    selection = Selection(["client/acme"], destroy=True)
    choice, fleet = chosen(root, selection, selection.scope)
    assert fleet.within is not None
    assert {str(part.address): part.operation for part in choice.parts} == {
        "client/acme/app": Operation.APPLY,
        "client/acme/extra": Operation.DESTROY,
        "client/acme/old": Operation.DESTROY,
    }
    # One that is gone altogether is still there for whoever asks for it.
    assert [str(item.address) for item in statuses(root, "client/gone/app")] == ["client/gone/app"]


def of(cell: str, found: tuple[UnitStatus, ...]) -> list[UnitStatus]:
    return [item for item in found if item.address.cell == cell]


@settings(max_examples=examples(10), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sets(st.sampled_from(UNITS)),
    st.lists(st.tuples(st.sampled_from(["acme", "globex"]), st.sampled_from(["1", "2", "3"])), max_size=3),
    st.sampled_from(["cold", "warm"]),
)
def test_one_clients_statuses_and_choice_are_those_of_the_whole(
    applied: set[UnitAddress], edits: list[tuple[str, str]], state: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_fleet(root, acme="{}", globex="{}")
        fill(root, sorted(applied))
        for cell, size in edits:
            if state == "warm":
                statuses(root)
            write(root, {f"clients/{cell}.yaml": f"stacks: {{app: {{size: {size}}}}}\n"})
        for cell in ("acme", "globex"):
            assert list(statuses(root, f"client/{cell}")) == of(cell, statuses(root))
            selection = Selection([f"client/{cell}"], destroy=True)
            choices = [chosen(root, selection, scope)[0] for scope in (selection.scope, None)]
            assert choices[0] == choices[1]
