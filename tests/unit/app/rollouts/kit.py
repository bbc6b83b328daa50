"""A fleet with a rollout, in git, whose runs nobody carries out: a test says how they end."""

import subprocess
from pathlib import Path

from cellwright.app.rollouts.driving import Driver
from cellwright.app.rollouts.preparing import RolloutRequest
from cellwright.app.rollouts.start import Started, start
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.address import CellAddress
from cellwright.model.runs.run import RunStatus
from cellwright.rollout.state import Phase
from unit.app.kit import ADA, FLEET, NOBODY, install_program, make_fleet, put_under_git

ROLLOUTS = """\
rollouts:
  standard:
    waves:
      - {name: canary, cells: "ring=canary", after: [{check: smoke}]}
      - {name: rest, cells: "*", max_parallel: 2, max_failures: 2}
  plain:
    waves:
      - {name: all, cells: "*"}
checks:
  smoke: {command: [./smoke.sh, "${cell.name}"]}
"""
_TICKS = 50
CELLS = {"acme": "ring: canary\n", "globex": "ring: late\n", "hooli": "ring: late\n"}


def open_fleet(root: Path, settings: str = ROLLOUTS, smoke: str = "exit 0") -> FleetSession:
    """Write it, commit it, and open it, with a ledger."""
    place = make_fleet(root, **CELLS)
    (root / "fleet.yaml").write_text(FLEET + settings)
    (root / "smoke.sh").write_text(f"#!/bin/sh\n{smoke}\n")
    (root / "smoke.sh").chmod(0o755)
    (root / ".gitignore").write_text(".cellwright/\nbin/\n")
    put_under_git(root)
    path = install_program(root / "bin")
    home = root.parent / "home"
    home.mkdir()
    environment = {**NOBODY, "PATH": path, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    session = FleetSession(Location(fleet=place.fleet, environment=environment))
    session.ledger(writing=True)
    return session


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(root: Path, text: str = "stacks: {app: {size: 2}}\n") -> str:
    """Change the defaults, and commit them."""
    (root / "defaults.yaml").write_text(text)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=More")
    return git(root, "rev-parse", "HEAD")


def begin(session: FleetSession, strategy: str = "standard") -> Started:
    return start(session, ADA, RolloutRequest(strategy=strategy, reason="a new default"))


def tick(session: FleetSession, suspended: frozenset[CellAddress] = frozenset()) -> None:
    """Go on with whatever may; checks are finished when this returns."""
    with Driver(session, NoHost(), suspended=lambda _: suspended) as driver:
        driver.tick()


def settle(
    session: FleetSession, rollout: str, suspended: frozenset[CellAddress] = frozenset()
) -> RolloutRecord:
    """Go on until nothing may go on now."""
    for _ in range(_TICKS):
        if rollout not in session.ledger().rollouts.due():
            return session.ledger().rollouts.find(rollout)
        tick(session, suspended)
    raise AssertionError("the rollout goes on for ever")


def end_runs(
    session: FleetSession,
    rollout: str,
    status: RunStatus = RunStatus.SUCCEEDED,
    suspended: frozenset[CellAddress] = frozenset(),
) -> RolloutRecord:
    """Let the runs that are at work end, and go on."""
    ledger = session.ledger(writing=True)
    for cell in ledger.rollouts.find(rollout).state.cells:
        if cell.phase in (Phase.STARTING, Phase.RUNNING):
            ledger.recorder.finish_run(cell.run, status, ADA)
    return settle(session, rollout, suspended)


def phases(record: RolloutRecord) -> list[str]:
    return [cell.phase.value for cell in record.state.cells]
