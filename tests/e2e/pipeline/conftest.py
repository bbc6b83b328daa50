"""What builds need: the real Groovy, started once, and a fleet in a repository of its own."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from cellwright.terraform.install.mirror import VARIABLE as MIRROR
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.people import events, faults
from e2e.kit.program import PERSON
from e2e.kit.warm import run_warm
from pipeline.doorway import doorway
from pipeline.groovy import Build, Jenkins, jenkins

_GIT = shutil.which("git") or "git"
BUILD = {
    "JENKINS_URL": "https://jenkins.example.com/",
    "JOB_NAME": "fleet/onboard",
    "BUILD_NUMBER": "7",
    "BUILD_URL": "https://jenkins.example.com/job/fleet/job/onboard/7/",
}


@pytest.fixture(scope="module")
def groovy() -> Iterator[Jenkins]:
    """One process for all builds of a file."""
    with jenkins() as found:
        yield found


@dataclass(frozen=True, slots=True)
class Site:
    """A fleet in a repository elsewhere, its ledger elsewhere, and agents that have neither."""

    groovy: Jenkins
    folder: Path
    fleet: FleetFolder
    environment: Mapping[str, str]

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    def build(self, job: str, parameters: Mapping[str, object], **more: object) -> Build:
        """Run a job on agents that have repository, ledger and key in their environment."""
        named = more.pop("environment", {})
        assert isinstance(named, Mapping)
        workspace = self.folder / "workspaces"
        return self.groovy.build(
            job,
            workspace,
            parameters,
            environment={**self.environment, **named},
            **more,  # type: ignore[arg-type]  # passed on
        )

    def cellwright(self, *arguments: str) -> str:
        """Look from elsewhere."""
        return self.command(*arguments, environment=self.environment)

    def command(self, *arguments: str, environment: Mapping[str, str], code: int = 0) -> str:
        """Run a command with another environment; gives what it printed."""
        ended, out, err = run_warm(arguments, self.folder, environment, self.folder)
        assert ended == code, err
        return out

    def commit(self, path: str, content: str) -> None:
        """Have somebody push a change of the settings."""
        remote = self.environment["CELLWRIGHT_REPOSITORY"]
        self._git("pull", "-q", "--ff-only", remote, "main")  # builds have pushed, too
        self.fleet.write(path, content)
        for command in (("add", "-A"), ("commit", "-q", "-m", "Change"), ("push", "-q", remote, "main")):
            self._git(*command)

    def _git(self, *command: str) -> None:
        subprocess.run((_GIT, *command), cwd=self.fleet.root, env={**os.environ, **PERSON}, check=True)

    def ended(self, run: str) -> str:
        """How a run has ended."""
        found = json.loads(self.cellwright("runs", "--json"))["runs"]
        return next(str(item["status"]) for item in found if item["run"] == run)

    def trail(self) -> list[tuple[str, str, str]]:
        """The audit trail: who did what, on what."""
        return [(event.actor, event.action, event.subject) for event in events(self.ledger)]


@pytest.fixture
def site(tmp_path: Path, groovy: Jenkins) -> Iterator[Site]:
    """A fleet of two stacks, without a client; whatever is done, the trail has to say who approved what."""
    fleet = make_fleet(
        tmp_path, {"a": {}, "b": {"needs": ["a"]}}, {}, artifacts={"url": str(tmp_path / "artifacts")}
    )
    (fleet.root / "clients" / ".gitkeep").touch()
    whole = {**os.environ, **PERSON}
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "First")):
        subprocess.run((_GIT, *command), cwd=fleet.root, env=whole, check=True)
    remote = tmp_path / "fleet.git"
    subprocess.run((_GIT, "clone", "-q", "--bare", fleet.root, remote), env=whole, check=True)
    home = tmp_path / "home"
    home.mkdir()
    with doorway(tmp_path / "door") as path:
        environment = {
            **BUILD,
            "PATH": path,
            "HOME": str(home),
            "TMPDIR": str(tmp_path),
            "CELLWRIGHT_REPOSITORY": remote.as_uri(),
            "CELLWRIGHT_LEDGER": f"sqlite:///{tmp_path / 'ledger.db'}",
            "CELLWRIGHT_KEY": "0123456789abcdef" * 4,
            **({MIRROR: os.environ[MIRROR]} if MIRROR in os.environ else {}),
        }
        found = Site(groovy, tmp_path, fleet, environment)
        yield found
    assert list(faults(events(found.ledger))) == []
