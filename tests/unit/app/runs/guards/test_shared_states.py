from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.runs.guards.shared_states import without_taken_over
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph
from unit.app.kit import APP, FLEET, applied_event, make_fleet, make_run

OLD = UnitAddress("client", "acme", "old")
STATE = 'state:\n  backend: local\n  config: {path: "st/${cell.name}-${cell.which}.tfstate"}\n'


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[OpenFleet]:
    location = make_fleet(tmp_path, acme="which: one\n")
    text = FLEET.replace("      extra: {source: ./stack, enabled: false}\n", "")
    (tmp_path / "fleet.yaml").write_text(text + STATE)
    with FleetSession(location) as session:
        yield session.open(writing=True)


def record(fleet: OpenFleet, address: UnitAddress, path: str) -> None:
    run = make_run(f"20261122-000000-{len(fleet.ledger.reader.heads()):04}")
    part = RunUnit(address, Operation.APPLY)
    fleet.ledger.recorder.start_run(replace(run, units=(part,)))
    unit = AppliedUnit(
        head=AppliedHead(address=address, fingerprint="f"),
        source_digest="s",
        source_label="l",
        backend_digest="b",
        inputs={},
        outputs={},
        recipe={"backend": {"kind": "local", "config": {"path": path}}},
    )
    result = UnitResult(address, Outcome.APPLIED)
    fleet.ledger.recorder.record_applied(unit, result, run.id, applied_event(run.id))


def choice(**operations: Operation) -> Choice:
    addresses = {UnitAddress("client", "acme", stack): item for stack, item in operations.items()}
    parts = tuple(RunUnit(address, item) for address, item in addresses.items())
    return Choice(parts, Graph({address: frozenset() for address in addresses}))


@pytest.mark.parametrize("spelling", ["st/acme-one.tfstate", "st/./acme-one.tfstate", "st//acme-one.tfstate"])
def test_what_another_unit_has_now_is_not_destroyed(fleet: OpenFleet, spelling: str) -> None:
    record(fleet, OLD, spelling)
    with pytest.raises(DiagnosticError, match=f"{OLD} can't be destroyed: its state is that") as caught:
        without_taken_over(fleet, choice(old=Operation.DESTROY))
    assert f"apply --all {APP}" in caught.value.diagnostics[0].detail
    # With the renamed unit in the run the former one is left out: it is taken over.
    found = without_taken_over(fleet, choice(old=Operation.DESTROY, app=Operation.APPLY))
    assert [part.address for part in found.parts] == [APP]
    assert set(found.graph.upstreams) == {APP}


def test_a_state_that_nobody_else_has_is_destroyed(fleet: OpenFleet) -> None:
    record(fleet, OLD, "st/acme-two.tfstate")
    wanted = choice(old=Operation.DESTROY)
    assert without_taken_over(fleet, wanted) == wanted


def test_a_unit_whose_settings_have_changed_since_still_has_its_recorded_state(fleet: OpenFleet) -> None:
    record(fleet, OLD, "st/before.tfstate")
    record(fleet, APP, "st/before.tfstate")
    with pytest.raises(DiagnosticError, match=f"its state is that of {APP} now"):
        without_taken_over(fleet, choice(old=Operation.DESTROY))
    # Both are to go: nobody loses anything.
    both = choice(old=Operation.DESTROY, app=Operation.DESTROY)
    assert without_taken_over(fleet, both) == both
