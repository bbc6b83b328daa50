"""Looking at one client says what looking at everything says of it, and reads no more than it must."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.app.fleet.inspect import explain, graph, show
from cellwright.app.runs.running import Selection, choose_units
from cellwright.app.session.location import Location
from cellwright.app.session.opening import opened
from cellwright.app.session.reading import read_fleet
from cellwright.app.status.status import status
from cellwright.fleet.scope import Scope
from cellwright.ledger.opening import Ledger
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.change import UnitStatus
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.planning.neighbour_flags import Relatives
from unit.app.kit import STACK, applied_event, ledger_of, make_fleet
from unit.fleet.workbench import write

POOLS = """\
fleet: trial
addresses: {pools: {clients: {cidr: 10.64.0.0/10, size: 22}}}
levels:
  - {name: base, cells: accounts, stacks: {network: {source: ./stack}}}
  - {name: client, cells: clients, stacks: {app: {source: ./stack}}}
"""


@pytest.fixture
def location(tmp_path: Path) -> Location:
    return make_fleet(tmp_path, acme="{}", globex="stacks: {app: {size: 2}}")


def test_a_broken_client_stops_whom_it_concerns(location: Location, tmp_path: Path) -> None:
    write(tmp_path, {"clients/globex.yaml": "stacks: [unclosed"})
    assert [item.address.stack for item in show(location, ["client/acme"]).units] == ["app", "extra"]
    write(tmp_path, {"clients/acme.yaml": "stacks: {app: {size: 2}}"})
    assert [item.value for item in explain(location, "client/acme/app", "size")] == [2]
    assert len(graph(location, ["client/acme"]).nodes) == 1
    assert len(status(location, ["client/acme"]).units) == 1
    for selectors, relatives in (
        ([], None),
        (["client/globex"], None),
        (["client/*"], None),
        (["client/acme", "client/globex"], None),
        (["client/acme"], Relatives(downstreams=True)),
    ):
        with pytest.raises(DiagnosticError):
            show(location, selectors, relatives)


def test_blocks_that_overlap_somebody_elses_are_found(tmp_path: Path) -> None:
    location = make_fleet(tmp_path)
    clients = {
        "acme": "10.64.0.0/22",
        "globex": "10.64.4.0/22",
        "initech": "10.64.12.0/22",
        "umbrella": "10.64.12.0/22",
    }
    files = {f"clients/{name}.yaml": f"addresses: {{clients: {block}}}\n" for name, block in clients.items()}
    write(tmp_path, files | {"fleet.yaml": POOLS, "accounts/one.yaml": "{}", "stack/main.tf": STACK})
    asked = Scope(frozenset([CellAddress("client", "acme")]))
    assert not read_fleet(location, asked)[1].diagnostics, "two others overlap"
    write(tmp_path, {"clients/acme.yaml": "addresses: {clients: 10.64.4.0/24}\n"})
    told = [str(item) for item in read_fleet(location, asked)[1].diagnostics]
    assert len([text for text in told if "overlaps 10.64.4.0/22 of client/globex" in text]) == 1
    assert not any("initech" in text or "umbrella" in text for text in told)
    whole = [str(item) for item in read_fleet(location)[1].diagnostics]
    assert set(told) < set(whole)
    write(tmp_path, {"clients/acme.yaml": "addresses: {clients: 10.64.8.0/22}\n"})
    assert not read_fleet(location, asked)[1].diagnostics


def test_a_block_in_quarantine_is_told_of(tmp_path: Path) -> None:
    location = make_fleet(tmp_path)
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
    _, fleet, _ = read_fleet(location, Scope(frozenset([CellAddress("client", "acme")])))
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
            terraform_version="1.11.4",
            run=run.id,
        )
        ledger.recorder.record_applied(
            applied, UnitResult(unit, Outcome.APPLIED), run.id, applied_event(run.id)
        )


def test_units_of_others_that_the_fleet_no_longer_has_are_left_alone(
    location: Location, tmp_path: Path
) -> None:
    with opened(location, writing=True), ledger_of(tmp_path) as ledger:
        record(ledger, UNITS)
    selection = Selection(["client/acme"], destroy=True)
    with opened(location, writing=True, scope=selection.scope) as fleet:
        assert fleet.fleet.within is not None
        parts = {str(part.address): part.operation for part in choose_units(fleet, selection).parts}
    assert parts == {
        "client/acme/app": Operation.APPLY,
        "client/acme/extra": Operation.DESTROY,
        "client/acme/old": Operation.DESTROY,
    }
    # One that is gone altogether is still there for who asks for it.
    assert [str(item.address) for item in status(location, ["client/gone/app"]).units] == ["client/gone/app"]


def of(cell: str, statuses: tuple[UnitStatus, ...]) -> list[UnitStatus]:
    return [item for item in statuses if item.address.cell == cell]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
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
        location = make_fleet(root, acme="{}", globex="{}")
        with opened(location, writing=True), ledger_of(root) as ledger:
            record(ledger, sorted(applied))
        for cell, size in edits:
            if state == "warm":
                status(location)
            write(root, {f"clients/{cell}.yaml": f"stacks: {{app: {{size: {size}}}}}\n"})
        for cell in ("acme", "globex"):
            narrow = status(location, [f"client/{cell}"]).units
            assert list(narrow) == of(cell, status(location).units)
            selection = Selection([f"client/{cell}"], destroy=True)
            choices = []
            for scope in (selection.scope, None):
                with opened(location, writing=True, scope=scope) as fleet:
                    choices.append(choose_units(fleet, selection))
            assert choices[0] == choices[1]
