"""No cell is renamed while somebody is at work with it; a legal hold goes with it."""

import json
from pathlib import Path

import pytest

from cellwright.app.clients.offboarding.task import LeavingTask, to_json
from cellwright.ledger.clients.values import NewOffboarding
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from every_command import answer
from unit.app.kit import ADA, NOBODY, install_program, ledger_of, make_fleet, make_run, put_under_git
from unit.app.status.test_status import bind

ACME = CellAddress("client", "acme")
RUN = "20261122-214812-3f9a"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    (root / ".gitignore").write_text(".cellwright/\n")
    put_under_git(root)
    bind(root, "trial")
    return root


def said(fleet: Path, *words: str) -> tuple[int, str]:
    return answer(words, fleet, {**NOBODY, "PATH": install_program(fleet.parent / "bin")})


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
