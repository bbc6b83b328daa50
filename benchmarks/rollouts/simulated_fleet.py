"""The fleet of a simulated rollout: made up, in git, with a strategy of two waves."""

import os
import subprocess  # git
from dataclasses import dataclass
from pathlib import Path

from metered import install
from synthetic import Size, write_fleet

from cellwright.app.rollouts.preparing import RolloutRequest
from cellwright.app.rollouts.start import start
from cellwright.app.session.location import Location
from cellwright.app.session.repository.own_commits import own_opener
from cellwright.app.session.session import FleetSession
from cellwright.engine.approval import YES
from cellwright.fleet.scope import Scope
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.actor import Actor

ADA = Actor("ada", "benchmark")
STRATEGY = """\
rollouts:
  standard:
    cells: "client/*"
    waves:
      - {{name: canary, cells: "client/client-0000*", max_parallel: 2, max_failures: 2, failure_mode: soft}}
      - name: general
        cells: "*"
        size: 20%
        max_parallel: {parallel}
        max_failures: {failures}%
        min_finished: 20
        failure_mode: soft
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of a simulation lies."""

    folder: Path

    @property
    def fleet(self) -> Path:
        """The fleet's folder."""
        return self.folder / "fleet"

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.folder / "ledger.db"

    def session(self) -> FleetSession:
        """Open the fleet, with a stand-in for Terraform and caches of its own."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        kept = ("LANG", "TZ", "VIRTUAL_ENV")
        environment = {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
        }
        return FleetSession(
            Location(fleet=self.fleet, environment=environment, ledger=f"sqlite:///{self.ledger}")
        )


def make(place: Place, clients: int, parallel: int, failures: int) -> None:
    """Write the fleet, all of whose clients have six stacks, and commit it."""
    write_fleet(place.fleet, Size(clients, remote=False))
    settings = place.fleet / "fleet.yaml"
    text = settings.read_text().replace(", enabled: false", "").replace(', "enabled": false', "")
    settings.write_text(text + STRATEGY.format(parallel=parallel, failures=failures))
    (place.fleet / ".gitignore").write_text(".cellwright/\n")
    install(place.folder / "bin", "stand-in")
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message=It")):
        name = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        subprocess.run(["git", "-C", str(place.fleet), *name, *command], check=True)  # noqa: S607  as found


def begun(place: Place) -> RolloutRecord | None:
    """Give the rollout that was begun here before."""
    if not place.ledger.exists():
        return None
    with place.session() as session:
        rollouts = session.ledger(writing=True).rollouts
        found = rollouts.newest(1)
        return rollouts.find(found[0].id) if found else None


def begin(place: Place) -> RolloutRecord:
    """Record a rollout of all clients; nothing of it has begun.

    The fleet at its commit is read once, so that the caches are warm: the first read takes longer than the
    servers of a simulation live.
    """
    with place.session() as session:
        request = RolloutRequest(strategy="standard", approved_how=YES, reason="a new default")
        record = start(session, ADA, request).record
        with own_opener(session)(record.summary.commit) as frozen:
            frozen.open(writing=True, scope=Scope(frozenset({record.plan.cells[0].address})))
        return record
