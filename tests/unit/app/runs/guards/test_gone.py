import shutil
import subprocess
from pathlib import Path

import pytest

from cellwright.app.runs.guards.gone import refuse_hidden
from cellwright.app.session.session import FleetSession
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph
from unit.app.kit import make_fleet, open_session, put_under_git

GLOBEX = UnitAddress("client", "globex", "app")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)  # noqa: S607  whichever the machine has


def choice(*addresses: UnitAddress, operation: Operation = Operation.DESTROY) -> Choice:
    parts = tuple(RunUnit(address, operation) for address in addresses)
    return Choice(parts, Graph({address: frozenset() for address in addresses}))


def refused(session: FleetSession, wanted: Choice) -> str:
    with session, pytest.raises(DiagnosticError) as caught:
        refuse_hidden(session.open(writing=True), wanted)
    return caught.value.diagnostics[0].summary


def accepted(session: FleetSession, wanted: Choice) -> bool:
    with session:
        refuse_hidden(session.open(writing=True), wanted)
    return True


@pytest.mark.parametrize("folder", [False, True])
def test_a_cell_that_a_sparse_checkout_leaves_out_is_not_gone(tmp_path: Path, folder: bool) -> None:  # noqa: FBT001  a parameter
    make_fleet(tmp_path, acme="{}\n", **{"globex/any" if folder else "globex": "{}\n"})
    put_under_git(tmp_path)
    git(tmp_path, "sparse-checkout", "set", "--no-cone", "/*", "!/clients/globex*")
    assert not list((tmp_path / "clients").glob("globex*"))
    found = refused(open_session(tmp_path), choice(GLOBEX))
    assert found == (
        "client/globex is not in the work tree, but the commit that is checked out has it, so it is not gone"
    )
    assert accepted(open_session(tmp_path), choice(GLOBEX, operation=Operation.APPLY))


def test_a_cell_is_gone_when_its_removal_is_committed(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n", globex="{}\n")
    put_under_git(tmp_path)
    (tmp_path / "clients/globex.yaml").unlink()
    assert "not gone" in refused(open_session(tmp_path), choice(GLOBEX))
    git(tmp_path, "commit", "--quiet", "--all", "--message=Gone")
    assert accepted(open_session(tmp_path), choice(GLOBEX))


def test_a_fleet_below_the_root_of_its_repository_is_found(tmp_path: Path) -> None:
    root = tmp_path / "fleets" / "one"
    make_fleet(root, acme="{}\n", globex="{}\n")
    put_under_git(tmp_path)
    (root / "clients/globex.yaml").unlink()
    assert "not gone" in refused(open_session(root), choice(GLOBEX))


def test_without_git_or_a_commit_the_files_decide(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    assert accepted(open_session(tmp_path), choice(GLOBEX))
    git(tmp_path, "init", "--quiet")
    assert accepted(open_session(tmp_path), choice(GLOBEX))


def test_a_commit_that_git_can_not_read_is_no_proof_that_a_cell_is_gone(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n", globex="{}\n")
    put_under_git(tmp_path)
    (tmp_path / "clients/globex.yaml").unlink()
    shutil.rmtree(tmp_path / ".git/objects")
    (tmp_path / ".git/objects").mkdir()
    assert "can't be read" in refused(open_session(tmp_path), choice(GLOBEX))
