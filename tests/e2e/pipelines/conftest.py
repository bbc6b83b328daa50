"""A fleet in a sub-folder of a repository with pipelines in it, and a runner for their jobs."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from cellwright.cli.main import main
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.pipelines.jobs import Desk, Runner, git

KEY = "ab" * 32
ARTIFACTS = "artifacts"


@dataclass(frozen=True, slots=True)
class Place:
    """A repository with a fleet below `fleets/trial`, and what carries its pipelines out."""

    repository: Path
    fleet: FleetFolder
    runner: Runner
    ledger: Path

    @property
    def desk(self) -> Desk:
        return self.runner.desk

    def commit(self) -> None:
        """Commit and push everything."""
        git("add", "--all", folder=self.repository)
        git("commit", "--quiet", "--message", "Change", folder=self.repository)
        git("push", "--quiet", "origin", "main", folder=self.repository)

    def heads(self) -> str:
        """The newest commits at the remote."""
        return git("log", "--format=%an: %s", "main", folder=self.runner.remote)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    repository, remote, ledger = tmp_path / "repository", tmp_path / "remote.git", tmp_path / "ledger.db"
    git("init", "--quiet", "--bare", "--initial-branch", "main", str(remote))
    git("clone", "--quiet", str(remote), str(repository))
    git("checkout", "--quiet", "-B", "main", folder=repository)
    made = make_fleet(
        repository / "fleets",
        {"a": {}, "b": {"needs": ["a"]}},
        {"acme": {}},
        artifacts={"url": str(tmp_path / ARTIFACTS)},
        state={"backend": "local", "config": {"path": f"{tmp_path}/states/${{unit.address}}.tfstate"}},
        ci={
            "region": "us-east-1",
            "roles": {
                "plan": "arn:aws:iam::111122223333:role/ci-plan",
                "apply": "arn:aws:iam::111122223333:role/ci-apply",
            },
            "secrets": {"CELLWRIGHT_LEDGER": "trial/ledger", "CELLWRIGHT_KEY": "trial/key"},
        },
    )
    for system in ("github", "gitlab"):
        assert main(["ci", system, "--fleet", str(made.root)]) == 0
    desk = Desk(tmp_path / "desk-of-jobs")
    desk.secret("trial/ledger", f"sqlite:///{ledger}")
    desk.secret("trial/key", KEY)
    place = Place(repository, made, Runner(tmp_path, remote, desk), ledger)
    place.commit()
    return place
