"""Suspending and reinstating a client: its file says it, the move is on record, and what can't be, is not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.clients import suspend as use_case
from cellwright.app.clients.life import Standing, state_of
from cellwright.app.clients.offboarding.standing import client_life
from cellwright.app.clients.suspend import SuspendRequest, suspend
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Cell
from cellwright.ledger.clients.values import Life
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.runs.run import RunStatus
from every_command import answer
from unit.app.clients.offboarding.kit import stands
from unit.app.kit import ADA, NOBODY, install_program, make_fleet, make_run, put_under_git
from unit.git.origins import git

ACME = CellAddress("client", "acme")
OWN = "# ours\nstacks: {app: {size: 3}}\n"


@pytest.fixture(name="session")
def session_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetSession]:
    root = tmp_path / "fleet"
    make_fleet(root, acme=OWN)
    (root / "lifecycle").mkdir()
    (root / "lifecycle/suspended.yaml").write_text("stacks: {app: {size: 0}}\n")
    fleet = root / "fleet.yaml"
    level = "    cells: clients\n    lifecycle: {suspended: lifecycle/suspended.yaml}\n"
    fleet.write_text(fleet.read_text().replace("    cells: clients\n", level))
    put_under_git(root)
    monkeypatch.setattr(use_case, "perform_with_moves", lambda *_: RunReport(make_run("r"), ()))
    environment = {**NOBODY, "PATH": install_program(tmp_path / "bin"), "CELLWRIGHT_KEY": "a" * 64}
    with FleetSession(Location(fleet=root, environment=environment)) as found:
        stands(found.ledger(writing=True))
        yield found


def ask(session: FleetSession, name: str = "acme", *, suspended: bool = True) -> None:
    suspend(session, ADA, SuspendRequest(name=name, suspended=suspended, reason="unpaid"), Conversation())


def moves(session: FleetSession) -> list[object]:
    events = session.ledger().reader.events(subject=str(ACME))
    return [event.detail.get("to") for event in events if event.action == "client.moved"]


def test_one_that_is_active_is_said_to_be(session: FleetSession) -> None:
    report = suspend(session, ADA, SuspendRequest(name="acme", suspended=False), Conversation())
    assert report.stands == "client/acme is active"
    changed = suspend(session, ADA, SuspendRequest(name="acme", suspended=True), Conversation())
    assert changed.stands == ""


def test_its_file_says_it_and_nothing_else_is_touched(session: FleetSession) -> None:
    ask(session)
    file = session.root / "clients/acme.yaml"
    assert file.read_text() == f"{OWN}lifecycle: suspended\n"
    assert client_life(session, "acme").state is ClientState.SUSPENDED
    assert git("status", "--porcelain", cwd=session.root) == ""
    assert "unpaid" in git("log", "-1", "--format=%B", cwd=session.root)
    ask(session, suspended=False)
    assert file.read_text() == f"{OWN}lifecycle: active\n"
    assert client_life(session, "acme").state is ClientState.ACTIVE
    assert moves(session) == ["active", "suspended", "active"]
    events = session.ledger().reader.events(subject=str(ACME))
    told = [event.detail.get("by") for event in events if event.action == "client.moved"]
    assert told == [None, "settings", "settings"]  # whether that was applied, the runs' own events say


@pytest.mark.parametrize(("word", "back"), [("suspend", "reinstate"), ("reinstate", "suspend")])
def test_what_nobody_approves_is_said_to_stay_in_the_file(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch, word: str, back: str
) -> None:
    ask(session, suspended=word != "suspend")
    refused = replace(make_run("r"), status=RunStatus.FAILED)
    monkeypatch.setattr(use_case, "perform_with_moves", lambda *_: RunReport(refused, ()))
    environment = {**NOBODY, "PATH": session.environment["PATH"], "CELLWRIGHT_KEY": "a" * 64}
    code, told = answer((word, "acme", "--yes"), session.root, environment)
    assert code == 1
    said = " ".join(told.split())
    assert "The file of acme is committed and stays, so the next apply does what it says." in said
    assert f"To take it back: cellwright {back} acme; to go on, repeat this." in said


def test_asked_twice_it_is_one_commit_and_one_move(session: FleetSession) -> None:
    ask(session)
    head = git("rev-parse", "HEAD", cwd=session.root)
    ask(session)
    assert git("rev-parse", "HEAD", cwd=session.root) == head
    assert moves(session) == ["active", "suspended"]


def test_what_git_has_changed_is_what_it_is(session: FleetSession) -> None:
    ask(session)
    git("revert", "--no-edit", "HEAD", cwd=session.root)
    session.forget_cells()
    assert client_life(session, "acme").state is ClientState.ACTIVE
    ask(session)
    assert moves(session) == ["active", "suspended", "active", "suspended"]


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        ("", "nobody", "there is no client 'nobody'"),
        ("layer", "acme", "level 'client' has no layer for suspended cells"),
        ("broken", "acme", "unknown stack 'nope'"),
    ],
)
def test_what_can_t_be_is_refused_and_nothing_is_changed(
    session: FleetSession, change: str, name: str, expected: str
) -> None:
    fleet = session.root / "fleet.yaml"
    if change == "layer":
        line = "    lifecycle: {suspended: lifecycle/suspended.yaml}\n"
        fleet.write_text(fleet.read_text().replace(line, ""))
    elif change == "broken":
        (session.root / "lifecycle/suspended.yaml").write_text("stacks: {nope: {size: 0}}\n")
    if change:
        put_under_git(session.root)
    session.renew()
    with pytest.raises(DiagnosticError, match=expected):
        ask(session, name)
    assert (session.root / "clients/acme.yaml").read_text() == OWN
    assert "suspended" not in moves(session)


@pytest.mark.parametrize("word", ["suspend", "reinstate"])
@pytest.mark.parametrize(
    ("name", "layer", "expected"),
    [
        ("nobody", True, "there is no client 'nobody'"),
        ("acme", False, "level 'client' has no layer for suspended cells"),
        ("acme", True, "approval is needed, and there is no terminal"),
    ],
)
def test_without_a_terminal_what_can_t_be_is_said_before_approval_is(
    session: FleetSession, word: str, name: str, *, layer: bool, expected: str
) -> None:
    if not layer:
        fleet = session.root / "fleet.yaml"
        line = "    lifecycle: {suspended: lifecycle/suspended.yaml}\n"
        fleet.write_text(fleet.read_text().replace(line, ""))
        put_under_git(session.root)
    if word == "reinstate" and not layer:
        expected = "approval is needed"  # it takes no layer to end a suspension
    code, said = answer((word, name), session.root, {**session.environment})
    assert code != 0
    assert f"error: {expected}" in said
    assert (session.root / "clients/acme.yaml").read_text() == OWN
    assert moves(session) == []


def life(state: ClientState) -> Life:
    return Life(cell=ACME, state=state, since="", moved_by="ada")


def cell(**settings: str) -> Cell:
    return Cell(
        address=ACME, path="", placement=None, settings=settings, environment={}, position=Position("x")
    )


ALL, SOME, NONE = Standing(2, 2), Standing(1, 2), Standing(0, 2)


@pytest.mark.parametrize(
    ("known", "own", "standing", "expected"),
    [
        (None, cell(), ALL, ClientState.ACTIVE),
        (None, cell(), SOME, ClientState.PROVISIONING),
        (None, cell(), NONE, ClientState.REQUESTED),
        (None, None, NONE, None),
        (None, cell(lifecycle="suspended"), ALL, ClientState.SUSPENDED),
        (life(ClientState.SUSPENDED), cell(), ALL, ClientState.ACTIVE),
        (life(ClientState.ACTIVE), cell(), SOME, ClientState.ACTIVE),
        (life(ClientState.PROVISIONING), cell(), NONE, ClientState.PROVISIONING),
        (life(ClientState.REQUESTED), cell(), ALL, ClientState.ACTIVE),
        (life(ClientState.OFFBOARDING), cell(lifecycle="suspended"), ALL, ClientState.OFFBOARDING),
        (life(ClientState.DESTROYING), None, NONE, ClientState.DESTROYING),
        (life(ClientState.ARCHIVED), None, NONE, ClientState.ARCHIVED),
        (life(ClientState.ARCHIVED), cell(), NONE, ClientState.REQUESTED),
    ],
)
def test_the_state_of_a_client(
    known: Life | None, own: Cell | None, standing: Standing, expected: ClientState | None
) -> None:
    assert state_of(known, own, standing) is expected
