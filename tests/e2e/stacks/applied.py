"""A reference stack, applied to the emulated AWS by Terraform and the real provider, without Cellwright."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

from cellwright.model.value import Json
from e2e.reference.readme import STACKS
from e2e.stacks.provider import run_program

_VARIABLES = "terraform.tfvars.json"
_CHANGES = 2
"""What `plan -detailed-exitcode` ends with where something would change."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where stacks are applied: one process of the provider, one emulated AWS."""

    name: str
    """The program, as `binaries` calls it."""
    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    def stack(self, name: str, settings: Mapping[str, Json], cell: str = "tools") -> "AppliedStack":
        """Copy a stack, and give it its variables."""
        place = self.folder / f"{name.replace('/', '-')}-{cell}"
        shutil.copytree(STACKS / name, place, ignore=shutil.ignore_patterns(".terraform*", "tests"))
        level, _, stack = name.partition("/")
        tags = {"Client": "shared", "Cell": cell, "Fleet": "medloop", "Level": level, "Stack": stack}
        made = AppliedStack(self, place)
        made.set(region="us-east-1", tags={**tags, "ManagedBy": "cellwright"}, **settings)
        made.run("init", "-backend=false")
        return made


@dataclass(frozen=True, slots=True)
class AppliedStack:
    """One stack in a folder of its own, with its state."""

    bench: Bench
    folder: Path

    def set(self, **settings: Json) -> None:
        """Set variables; the others keep their values."""
        path = self.folder / _VARIABLES
        known = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**known, **settings}))

    def apply(self) -> Mapping[str, Json]:
        """Apply, and plan again, which has to find nothing to do; gives the outputs."""
        self.run("apply", "-auto-approve", "-input=false")
        self.assert_settled()
        told = json.loads(self.run("output", "-json").stdout)
        return {name: item["value"] for name, item in told.items()}

    def planned(self) -> dict[str, Json]:
        """Plan only; gives the plan as policies read it."""
        self.run("plan", "-input=false", "-out=plan")
        found: dict[str, Json] = json.loads(self.run("show", "-json", "plan").stdout)
        return found

    def assert_settled(self) -> None:
        """Fail if a plan finds something to do, with what it would be."""
        found = self._run("plan", "-detailed-exitcode", "-input=false")
        assert found.returncode == 0, f"{self.folder.name}\n{found.stdout}{found.stderr}"

    def changed(self, **settings: Json) -> Mapping[str, Json]:
        """Set variables that make a difference, and apply that."""
        self.set(**settings)
        found = self._run("plan", "-detailed-exitcode", "-input=false")
        assert found.returncode == _CHANGES, f"{self.folder.name}\n{found.stdout}{found.stderr}"
        return self.apply()

    def destroy(self) -> None:
        """Destroy all of it."""
        self.run("destroy", "-auto-approve", "-input=false")
        assert self.resources() == ()

    def resources(self) -> Sequence[str]:
        """Give the addresses that its state has, without what was only looked up."""
        listed = self.run("state", "list").stdout.split()
        return tuple(address for address in listed if not address.startswith("data."))

    def run(self, *arguments: str) -> "CompletedProcess[str]":
        """Run a command that has to succeed."""
        done = self._run(*arguments)
        assert done.returncode == 0, f"{self.folder.name}\n{done.stdout}{done.stderr}"
        return done

    def refused(self, *arguments: str) -> str:
        """Run a command that has to fail; gives what it says."""
        done = self._run(*arguments)
        assert done.returncode == 1, f"{self.folder.name}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def _run(self, *arguments: str) -> "CompletedProcess[str]":
        return run_program(
            self.bench.name,
            [arguments[0], *_plain(arguments[0]), *arguments[1:]],
            self.folder,
            self.bench.environment,
        )


def _plain(command: str) -> Sequence[str]:
    return () if command == "state" else ("-no-color",)
