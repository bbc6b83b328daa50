"""The two fleets that are measured: 61 units without a provider, and twelve of five AWS resources."""

import json
import os
import re
import shutil
import subprocess  # git and one `init` for a lock file: what a person would run
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import synthetic
from expressions import write
from tool import PARALLEL

from cellwright.fleet.load.entry import load_fleet
from cellwright.model.unit import Unit
from cellwright.stacks.catalogue import Catalogue

PLAIN, AWS = "61 units without a provider", "12 units of five AWS resources"
LOCK = ".terraform.lock.hcl"

_AWS_STACK = """terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region = "us-east-1"
}
variable "name" {
  type        = string
  description = "Whose it is."
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "each" {
  count             = 3
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = "us-east-1a"
}
resource "aws_s3_bucket" "store" {
  bucket = "peers-${var.name}"
}
output "vpc" {
  value       = aws_vpc.main.id
  description = "Its network."
}
"""
_AWS_FLEET = """fleet: peers
levels:
  - name: client
    cells: clients
    stacks:
      app: {source: ./stacks/client/app}
"""


@dataclass(frozen=True, slots=True)
class Clients:
    """How many clients the fleets have."""

    plain: int
    aws: int


MEASURED, FEW = Clients(10, 12), Clients(2, 2)
"""As `PLAIN` and `AWS` say; and enough to see that every program does its work."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet in Cellwright's layout: the others' trees are written from it."""

    folder: Path
    binary: Path
    """The Terraform or OpenTofu that runs its stacks."""
    clients: Clients = MEASURED

    def write_plain(self) -> None:
        """Write the fleet without a provider: an account, clients, references between units."""
        synthetic.write_fleet(
            self.folder, synthetic.Size(self.clients.plain, accounts=1, seed=3, remote=False)
        )
        self._settings()

    def write_aws(self, lock: bytes) -> None:
        """Write the fleet with AWS; its stack ships a lock file, as stacks do."""
        write(self.folder / "fleet.yaml", _AWS_FLEET)
        write(self.folder / "stacks" / "client" / "app" / "main.tf", _AWS_STACK)
        (self.folder / "stacks" / "client" / "app" / LOCK).write_bytes(lock)
        for number in range(self.clients.aws):
            settings = f"stacks: {{app: {{name: client-{number}}}}}\n"
            write(self.folder / "clients" / f"client-{number:02}.yaml", settings)
        self._settings()

    def units(self) -> list[Unit]:
        """Its enabled units."""
        catalogue = Catalogue(self.folder, self.folder / ".cellwright" / "cache", os.environ)
        found = load_fleet(self.folder, catalogue.contract).units.values()
        return [unit for unit in found if unit.enabled]

    def change_client(self) -> None:
        """Give one client another number in one stack."""
        for path in sorted(self.folder.glob("clients/*.yaml")):
            changed, times = re.subn(r"(?m)^(    size: )(\d+)$", r"\g<1>1\2", path.read_text(), count=1)
            if times:
                path.write_text(changed)
                return
        raise LookupError("no client sets a size")

    def _settings(self) -> None:
        with (self.folder / "fleet.yaml").open("a") as file:
            file.write(f"terraform: {{parallel: {PARALLEL}, binary: {json.dumps(str(self.binary))}}}\n")


def lock_file(binary: Path, folder: Path, environment: Mapping[str, str]) -> bytes:
    """The lock file that this product writes for the AWS stack."""
    write(folder / "main.tf", _AWS_STACK)
    subprocess.run(
        [binary, "init", "-input=false"], cwd=folder, env=environment, check=True, capture_output=True
    )
    lock = (folder / LOCK).read_bytes()
    shutil.rmtree(folder)
    return lock


def commit(folder: Path, message: str) -> None:
    """Record a tree in a repository of its own, without what programs left there."""
    if not (folder / ".git").exists():
        ignored = (
            ".terraform",
            ".terragrunt-cache",
            ".workdir",
            ".cellwright",
            "*.tfstate*",
            "*.tfvars.json",
        )
        write(folder / ".gitignore", "\n".join((*ignored, "states/", "*.planfile", "sharing.tf")) + "\n")
        _git(folder, "init", "--quiet", "--initial-branch", "main")
    _git(folder, "add", "--all")
    author = (
        "-c",
        "user.name=Benchmark",
        "-c",
        "user.email=benchmark@localhost",
        "-c",
        "commit.gpgsign=false",
    )
    _git(folder, *author, "commit", "--quiet", "--allow-empty", "--message", message)


def branch(folder: Path, name: str) -> None:
    """Give the last commit a name."""
    _git(folder, "branch", "--force", name)


def _git(folder: Path, *arguments: str) -> None:
    command = [shutil.which("git") or "git", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
