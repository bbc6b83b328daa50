"""What the bootstrap's tests share: the emulated AWS, an empty account, the real command line."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cellwright.app.session.home import THROUGH_VARIABLE
from cellwright.ledger.opening import open_ledger
from cellwright.sandbox.process import Sandbox, start_sandbox
from cellwright.terraform.install.mirror import VARIABLE as MIRROR
from contract.postgres import PostgresServer, postgres_server
from e2e.kit.desk import Desk
from e2e.kit.fleet import FleetFolder
from e2e.kit.program import PERSON, Program

_GIT = shutil.which("git") or "git"
SMALL_ACCOUNT = Path(__file__).parent / "small_account.yaml"
SECOND = "222233334444"
ANSWERS = (
    "--set",
    "accounts.from=files",
    "--set",
    "ledger.kind=local",
    "--set",
    "images.engine=none",
    "--set",
    "stacks.state.old_version_days=null",  # the provider waits a minute for the rule
    "--set",
    "jenkins.repository=https://git.example.com/fleet.git",
)


@pytest.fixture(scope="module", name="aws")
def aws_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The emulated AWS of a file's tests, each of which begins with an empty one."""
    with start_sandbox(tmp_path_factory.mktemp("aws"), os.environ) as found:
        yield found


@pytest.fixture(scope="module", name="postgres")
def postgres_fixture() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@dataclass(frozen=True, slots=True)
class EmptyAccount:
    """A new fleet, and an AWS in which nothing is."""

    program: Program
    aws: Sandbox
    folder: Path

    @property
    def root(self) -> Path:
        """The fleet's folder."""
        return self.program.fleet.root

    @property
    def environment(self) -> Mapping[str, str]:
        """Of whoever works with the account, on top of a clean one."""
        return self.program.environment

    @property
    def ledger(self) -> str:
        """The ledger's URL: of a database, where this machine was given the way to one."""
        return self.environment.get(THROUGH_VARIABLE) or f"sqlite:///{self.root / '.cellwright/ledger.db'}"

    def actions(self) -> list[tuple[str, str, str]]:
        """The audit trail: who did what, on what."""
        with open_ledger(self.ledger, create=False) as opened:
            return [(item.actor, item.action, item.subject) for item in opened.reader.events()]

    def with_second_account(self) -> None:
        """Add a further small account, with the role that an organisation makes in it."""
        text = SMALL_ACCOUNT.read_text()
        role = f"arn:aws:iam::{SECOND}:role/OrganizationAccountAccessRole"
        text = text.replace("10.19.0.0/16", "10.20.0.0/16").replace("123456789012", SECOND)
        text = text.replace("\ndeployer: null", f"\ndeployer: {role}")
        # A client's own deployer needs the account's stack, which is off here.
        text = text.replace("storage: { ", f"storage: {{ role_arn: {role}, ")
        (self.root / "accounts/second.yaml").write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A second small account")

    def with_database(self, url: str) -> "EmptyAccount":
        """Give this machine its way to the database that the fleet makes, whose name leads nowhere here."""
        environment = {**self.environment, THROUGH_VARIABLE: url}
        return replace(self, program=replace(self.program, environment=environment))

    def git(self, *arguments: str) -> str:
        """Run git in the fleet."""
        done = subprocess.run(
            [_GIT, *arguments],
            cwd=self.root,
            env={**os.environ, **PERSON},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout


@pytest.fixture(name="account")
def account_fixture(tmp_path: Path, aws: Sandbox, program: Callable[[FleetFolder], Program]) -> EmptyAccount:
    """A fleet as `init` makes it, whose one account is small."""
    aws.admin.reset()
    root = tmp_path / "fleet"
    fleet = FleetFolder(root, Desk(tmp_path / "desk"))
    started = program(fleet)
    environment = {**aws.environment, **({MIRROR: os.environ[MIRROR]} if MIRROR in os.environ else {})}
    whole = Program(fleet, started.person, environment)
    outside = Program(FleetFolder(tmp_path, fleet.desk), started.person, environment)
    outside.run("init", str(root)).expect(0)
    found = EmptyAccount(whole, aws, tmp_path)
    shutil.copy(SMALL_ACCOUNT, root / "accounts/tools.yaml")
    found.git("add", "--all")
    found.git("commit", "--quiet", "--message", "A small account")
    return found
