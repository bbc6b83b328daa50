"""The fleet's own hooks have a say in what is committed, and a refusal leaves nothing half done."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.clients import offboard as offboarding
from cellwright.app.clients.offboard import OffboardRequest, offboard
from cellwright.app.clients.onboarding.onboard import OnboardRequest, onboard
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.git.repository import HookError
from unit.app.kit import ADA, NOBODY, install_program, make_fleet, put_under_git
from unit.git.origins import git


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}")
    put_under_git(root)
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'this looks like a secret'\nexit 1\n")
    hook.chmod(0o755)
    environment = {**NOBODY, "PATH": install_program(tmp_path / "bin")}
    with FleetSession(Location(fleet=root, environment=environment)) as session:
        yield session


def test_a_client_that_a_hook_refuses_is_not_there(session: FleetSession) -> None:
    request = OnboardRequest(name="globex", hooks=True)
    with pytest.raises(HookError, match="this looks like a secret"):
        onboard(session, ADA, request, Conversation())
    assert git("status", "--porcelain", cwd=session.root) == ""
    assert not (session.root / "clients/globex").exists()
    assert session.ledger().reader.heads() == {}


def test_a_client_that_leaves_is_as_it_was_until_the_hook_lets_it_go(session: FleetSession) -> None:
    with pytest.raises(HookError):
        offboard(session, ADA, OffboardRequest(name="acme", hooks=True), Conversation())
    assert git("status", "--porcelain", cwd=session.root) == ""
    assert (session.root / "clients/acme.yaml").exists()
    offboard(session, ADA, OffboardRequest(name="acme"), Conversation())
    assert not (session.root / "clients/acme.yaml").exists()
    assert git("status", "--porcelain", cwd=session.root) == ""


def test_whoever_says_nothing_runs_no_hook() -> None:
    assert not OnboardRequest(name="globex").hooks
    assert not offboarding.OffboardRequest(name="acme").hooks
