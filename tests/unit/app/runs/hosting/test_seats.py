"""At which commit a run of the queue is carried out, and what may go on while another run is opened."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.hosting.host import silent
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.hosting.seats import Seats
from cellwright.app.runs.steering.cancel import RunToCancel, cancel
from cellwright.app.runs.submit import submit_apply, submit_resume
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.approval import Uninterrupted
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.queue.claims import Claim, ClaimRequest
from cellwright.model.diagnostic import DiagnosticError, error
from patience import PATIENCE
from unit.app.kit import ADA, NOBODY, install_program, make_fleet, put_under_git
from unit.git.origins import git


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    (tmp_path / "fleet" / ".gitignore").write_text(".cellwright/\n")
    put_under_git(tmp_path / "fleet")
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    with FleetSession(Location(fleet=tmp_path / "fleet", environment=environment)) as opened:
        yield opened


def commit_more(session: FleetSession) -> str:
    (session.root / "clients" / "acme.yaml").write_text("stacks: {app: {size: 2}}\n")
    git("commit", "--quiet", "--all", "--message=More", cwd=session.root)
    session.refresh()
    return git("rev-parse", "HEAD", cwd=session.root)


def claimed(session: FleetSession) -> Claim:
    found = session.ledger().queue.claim(ClaimRequest(worker="w", holder=this_process, ttl=60))
    assert found is not None
    return found


class Elsewhere:
    """Opens the fleet at a commit, and remembers which."""

    def __init__(self, session: FleetSession) -> None:
        self.session = session
        self.commits: list[str] = []

    @contextmanager
    def __call__(self, commit: str) -> Iterator[FleetSession]:
        self.commits.append(commit)
        with FleetSession(replace(self.session.location, home=self.session.home.folder)) as opened:
            yield opened


def seats(session: FleetSession, opener: Elsewhere | None = None) -> Seats:
    return Seats(session, silent, Uninterrupted(), 60, opener)


def commit_of_seat(found: Seats, claim: Claim) -> str | None:
    with found.of(claim) as seat:
        commit = seat.run.commit
    found.close()
    return commit


def test_a_run_is_carried_out_at_the_commit_that_it_was_started_at(session: FleetSession) -> None:
    started = submit_apply(session, ADA, ApplyRequest(), NoHost()).commit
    commit_more(session)
    opener = Elsewhere(session)
    assert commit_of_seat(seats(session, opener), claimed(session)) == started
    assert opener.commits == [started]


def test_a_run_that_is_resumed_is_carried_out_at_the_commit_of_that_moment(session: FleetSession) -> None:
    run = submit_apply(session, ADA, ApplyRequest(), NoHost())
    cancel(session, ADA, RunToCancel(run=run.id))
    now = commit_more(session)
    submit_resume(session, ADA, run.id, NoHost())
    opener = Elsewhere(session)
    assert commit_of_seat(seats(session, opener), claimed(session)) == now
    assert opener.commits == [now]
    (resumed,) = [item for item in session.ledger().reader.events() if item.action == "run.resumed"]
    assert resumed.detail["commit"] == now


def test_in_a_folder_what_is_recorded_names_the_commit_that_is_checked_out(session: FleetSession) -> None:
    submit_apply(session, ADA, ApplyRequest(), NoHost())
    now = commit_more(session)
    assert commit_of_seat(seats(session), claimed(session)) == now


def test_interrupts_are_passed_on_while_another_run_is_being_opened(session: FleetSession) -> None:
    submit_apply(session, ADA, ApplyRequest(), NoHost())
    claim = claimed(session)
    opening, go_on = threading.Event(), threading.Event()

    def slow(_commit: str) -> AbstractContextManager[FleetSession]:
        opening.set()
        go_on.wait(2 * PATIENCE)
        raise DiagnosticError(error("it can't be had", ""))

    found = Seats(session, silent, Uninterrupted(), 60, slow)

    def open_it() -> None:
        with pytest.raises(DiagnosticError), found.of(claim):
            pass

    thread = threading.Thread(target=open_it)
    thread.start()
    assert opening.wait(PATIENCE)
    looked = threading.Thread(target=found.look)
    looked.start()
    looked.join(PATIENCE)
    told = not looked.is_alive()
    go_on.set()
    thread.join()
    looked.join()
    assert told
