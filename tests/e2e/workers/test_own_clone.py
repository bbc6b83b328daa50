"""A server with a clone of its own carries out a run at the run's commit, whatever is pushed meanwhile."""

import os
import subprocess
from pathlib import Path

import pytest

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.hosting.host import HostSettings
from cellwright.app.runs.hosting.opening import make_host
from cellwright.app.runs.submit import submit_apply
from cellwright.app.session.location import Location
from cellwright.app.session.repository.checkout import opener_at
from cellwright.app.session.repository.server_clone import ServerClone
from cellwright.app.session.repository.serving import RepositoryAddress, serving
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.runs.run import RunStatus
from e2e.conftest import Start
from e2e.kit.fleet import WORKER, make_fleet
from e2e.kit.state_server import StateServer
from e2e.kit.waiting import eventually
from unit.app.kit import put_under_git

ADA = Actor("ada", "console", (Voucher(VoucherKind.SESSION, "ada", checked=True),))


@pytest.mark.terraform
def test_a_push_in_the_middle_of_a_run_changes_nothing_for_it(
    tmp_path: Path, program: Start, server: StateServer
) -> None:
    fleet = make_fleet(
        tmp_path, {"first": {}, "second": {"needs": ["first"]}}, {"acme": {}}, state=server.settings
    )
    program(fleet)
    put_under_git(fleet.root)
    environment = {**os.environ, "HOME": str(tmp_path / "server")}
    here = RepositoryAddress(url=str(fleet.root))
    place = Location(fleet=Path(), environment=environment)
    with serving(place, here) as session:
        with make_host(session, HostSettings(), opener=opener_at(here, place, session)) as host:
            with fleet.desk.holding():
                run = submit_apply(session, ADA, ApplyRequest(), host, approved_how="one click")
                fleet.desk.until("begin", 1)
                # The second unit is planned after this.
                fleet.stack("worker", WORKER.replace('default = "1"', 'default = "2"'))
                commit = ["git", "commit", "--quiet", "--all", "--message=Another default"]
                subprocess.run(commit, cwd=fleet.root, check=True)
                assert isinstance(session.source, ServerClone)
                session.source.update(session)
                head = session.repository()
                assert head is not None
                assert head.head() != run.commit
            eventually(lambda: summary(session, run.id) is not RunStatus.RUNNING, "the run's end")
        assert summary(session, run.id) is RunStatus.SUCCEEDED
        applied = session.ledger().reader.applied(None)
        values = {str(unit): item.outputs["value"].value for unit, item in applied.items()}
        assert values == {"client/acme/first": "acme-first:1", "client/acme/second": "acme-second:1"}
        assert {item.commit for item in applied.values()} == {run.commit}


def summary(session: FleetSession, run: str) -> RunStatus:
    found = session.ledger().reader.summary(run)
    assert found is not None
    return found.status
