"""Terraform by hand, without the engine: one folder and one state per unit, as a person would run it."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.model.value import Json
from cellwright.terraform.cli_config import choose_cli_config
from cellwright.terraform.mirror import find_mirrors

SETTINGS = "settings.auto.tfvars.json"
CLEAN = 0
CHANGES = 2


class TerraformFailureError(AssertionError):
    """Terraform ended badly; carries what it said."""


def terraform_environment(folder: Path, sandbox: Mapping[str, str]) -> dict[str, str]:
    """Make the environment of a Terraform that works in the sandbox, with providers from this machine."""
    mirrors = find_mirrors(None, os.environ, folder)
    config = choose_cli_config(mirrors, os.environ, folder, named=False)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_IN_AUTOMATION": "1",
        **config.environment(),
        **sandbox,
    }


@dataclass(frozen=True, slots=True)
class Terraform:
    """A working folder with a stack in it."""

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def of_stack(cls, stack: Path, folder: Path, environment: Mapping[str, str]) -> "Terraform":
        """Copy a stack and initialise it; its lock file has to hold all that is needed."""
        shutil.copytree(stack, folder)
        made = cls(folder, environment)
        made.run("init", "-lockfile=readonly")
        return made

    def apply(self, inputs: Mapping[str, Json]) -> str:
        """Apply `inputs`; gives what Terraform said."""
        (self.folder / SETTINGS).write_text(json.dumps(inputs))
        return self.run("apply", "-auto-approve").stdout

    def plans_changes(self) -> bool:
        """Tell whether anything is left to do."""
        plan = self.run("plan", "-detailed-exitcode", expected=(CLEAN, CHANGES))
        return plan.returncode == CHANGES

    def outputs(self) -> dict[str, Json]:
        """Read the outputs."""
        shown: dict[str, dict[str, Json]] = json.loads(self.run("output", "-json").stdout)
        return {name: output["value"] for name, output in shown.items()}

    def resources(self) -> list[str]:
        """List what the state holds."""
        return self.run("state", "list").stdout.split()

    def destroy(self) -> None:
        """Destroy everything."""
        self.run("destroy", "-auto-approve")

    def run(
        self, command: str, *flags: str, expected: tuple[int, ...] = (0,)
    ) -> "subprocess.CompletedProcess[str]":
        """Run one command.

        Raises:
            TerraformFailureError: it ended with a code that was not expected.
        """
        no_input = () if command in {"output", "state"} else ("-input=false",)
        plain = () if command == "state" else ("-no-color",)
        line = ["terraform", command, *plain, *no_input, *flags]
        done = subprocess.run(
            line, cwd=self.folder, env=dict(self.environment), capture_output=True, text=True, check=False
        )
        if done.returncode not in expected:
            raise TerraformFailureError(
                f"{self.folder.name}: terraform {command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
            )
        return done
