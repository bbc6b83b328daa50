"""No cell is renamed while somebody is at work with it; a legal hold goes with it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.clients.offboarding.task import LeavingTask, to_json
from cellwright.app.moves.rename import plan_rename, rename
from cellwright.app.moves.rename_values import RenameRequest
from cellwright.app.rollouts import asking
from cellwright.app.rollouts.asking import AskRequest
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.clients.lives import Move
from cellwright.ledger.clients.values import NewOffboarding
from cellwright.ledger.moves import Move as OpenMove
from cellwright.ledger.moves import MoveKind
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import RESOURCES_MOVING
from unit.app.kit import ADA, APP, NOBODY, install_program, ledger_of, make_run
from unit.app.moves.kit import fleet_with_ledger, said
from unit.app.rollouts.kit import begin, git, open_fleet, settle

ACME = CellAddress("client", "acme")
RUN = "20261122-214812-3f9a"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    return fleet_with_ledger(tmp_path / "fleet")


def renamed(fleet: Path) -> tuple[int, str]:
    return said(fleet, "rename", "client/acme", "beta", "--yes")


def test_a_cell_of_a_run_that_is_not_over_is_not_renamed(fleet: Path) -> None:
    with ledger_of(fleet) as ledger:
        ledger.recorder.start_run(make_run(RUN))
    code, told = renamed(fleet)
    assert code == 1
    assert f"run {RUN} is not over, and client/acme/app is part of it" in told
    assert (fleet / "clients/acme.yaml").exists()


def test_a_client_that_is_being_offboarded_is_not_renamed(fleet: Path) -> None:
    with ledger_of(fleet) as ledger:
        new = NewOffboarding(
            id="one",
            cell=ACME,
            reason="contract over",
            back_to=ClientState.ACTIVE,
            task=to_json(LeavingTask(actor=ADA)),
            hold_seconds=60,
            approvals_needed=0,
        )
        ledger.offboardings.begin(new, ADA)
    code, told = renamed(fleet)
    assert code == 1
    assert "client/acme is being offboarded" in told
    assert "cellwright offboard acme --cancel" in told
    assert (fleet / "clients/acme.yaml").exists()


def test_a_legal_hold_holds_under_the_new_name(fleet: Path) -> None:
    assert said(fleet, "legal-hold", "acme", "--reason", "litigation")[0] == 0
    code, told = renamed(fleet)
    assert code == 0, told
    with ledger_of(fleet) as ledger:
        beta = CellAddress("client", "beta")
        assert list(ledger.legal_holds.open([ACME, beta])) == [beta]
    events = json.loads(said(fleet, "events", "--json")[1])
    assert "cell.renamed" in {item["action"] for item in events}


def test_a_run_that_waits_for_somebody_says_what_ends_it(fleet: Path) -> None:
    with ledger_of(fleet) as ledger:
        ledger.recorder.start_run(make_run(RUN), queued=QueuedRun(task={}, units=(QueuedUnit(address=APP),)))
        ledger.pauses.begin(RUN, ADA)
    code, told = renamed(fleet)
    assert code == 1
    assert f"cellwright unpause {RUN}" in told
    with ledger_of(fleet) as ledger:
        ledger.pauses.end(RUN, ADA)
        ledger.approvals.ask(RUN, APP, {}, "digest", None)
    code, told = renamed(fleet)
    assert code == 1
    assert "a plan waits for an answer" in told
    assert f"cellwright approve {RUN}" in told
    assert (fleet / "clients/acme.yaml").exists()


def test_a_cell_of_an_open_rollout_is_not_renamed(tmp_path: Path) -> None:
    with open_fleet(tmp_path / "fleet") as session:
        rollout = begin(session).record.id
        assert session.ledger().moves.at_work(CellAddress("client", "globex"))[0] is None
        wanted = RenameRequest(cell="client/globex", new="beta")
        with pytest.raises(DiagnosticError, match=f"rollout {rollout} has client/globex") as refused:
            plan_rename(session, ADA, wanted, Conversation())
        assert f"cellwright rollout cancel {rollout}" in str(refused.value.diagnostics[0].detail)
        asking.cancel(session, ADA, AskRequest(rollout=rollout, reason="another name first"))
        settle(session, rollout)
        assert plan_rename(session, ADA, wanted, Conversation()).names.new == "beta"


def test_a_suspended_client_stays_suspended_under_its_new_name(fleet: Path) -> None:
    (fleet / "lifecycle.yaml").write_text("stacks: {app: {size: 0}}\n")
    settings = (fleet / "fleet.yaml").read_text()
    level = "    cells: clients\n    lifecycle: {suspended: lifecycle.yaml}\n"
    (fleet / "fleet.yaml").write_text(settings.replace("    cells: clients\n", level))
    (fleet / "clients/acme.yaml").write_text("lifecycle: suspended\n")
    git(fleet, "add", "--all")
    git(fleet, "commit", "--quiet", "--message=More")
    with ledger_of(fleet) as ledger:
        ledger.lives.move(
            Move(cell=ACME, to=ClientState.SUSPENDED, otherwise=ClientState.ACTIVE, reason="unpaid"), ADA
        )
    code, told = renamed(fleet)
    assert code == 0, told
    assert (fleet / "clients/beta.yaml").read_text() == "lifecycle: suspended\n"
    with ledger_of(fleet) as ledger:
        beta = ledger.lives.find(CellAddress("client", "beta"))
        assert beta is not None
        assert beta.state is ClientState.SUSPENDED
        assert ledger.lives.find(ACME) is None


def test_what_has_changed_since_it_was_planned_is_not_renamed(fleet: Path) -> None:
    wanted = RenameRequest(cell="client/acme", new="beta", allow_replace=True)
    environment = {**NOBODY, "PATH": install_program(fleet.parent / "bin")}
    with FleetSession(Location(fleet=fleet, environment=environment)) as session:
        shown = plan_rename(session, ADA, wanted, Conversation())
        (fleet / "defaults.yaml").write_text("stacks: {app: {size: 2}}\n")
        git(fleet, "add", "--all")
        git(fleet, "commit", "--quiet", "--message=More")
        with pytest.raises(DiagnosticError, match="has changed since it was planned"):
            rename(session, ADA, replace(wanted, basis=shown.basis))
        assert session.ledger().moves.open() == ()
        shown = plan_rename(session, ADA, wanted, Conversation())
        rename(session, ADA, replace(wanted, basis=shown.basis))
    assert (fleet / "clients/beta.yaml").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("rename", "client/acme", "beta", "--yes", "--allow-replace"),
        ("offboard", "acme", "--yes", "--reason", "over"),
        ("move", "client/acme/extra", "app", "thing.other", "--yes"),
    ],
)
def test_a_cell_with_resources_in_two_states_is_left_alone(fleet: Path, words: tuple[str, ...]) -> None:
    with ledger_of(fleet) as ledger:
        split = OpenMove(
            id="split-client/acme/app",
            kind=MoveKind.SPLIT,
            subject="client/acme/app",
            target="client/acme/extra",
            detail={"resources": ["thing.going"]},
        )
        ledger.moves.begin(split, ADA, EventDraft(ADA, RESOURCES_MOVING, "client/acme/app"), {})
    (fleet / "clients/acme.yaml").write_text("stacks: {extra: {enabled: true}}\n")
    git(fleet, "commit", "--quiet", "--all", "--message=More")
    code, told = said(fleet, *words)
    assert code == 1
    assert "resources of client/acme/app are going to client/acme/extra" in told
    assert "cellwright move client/acme/app extra thing.going" in told
    assert (fleet / "clients/acme.yaml").exists()
    with ledger_of(fleet) as ledger:
        assert [move.subject for move in ledger.moves.open()] == ["client/acme/app"]
