"""A place to run the real Terraform with the test provider, with the relay and without it."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from binaries import HOSTS
from cellwright.model.address import UnitAddress
from cellwright.relay.client.relay_client import RelayClient
from cellwright.relay.client.relay_providers import RelayProviders, RelaySettings
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.providers import DirectProviders, Providers
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder
from cellwright.terraform.workspace.workspace import Workspace
from patience import PATIENCE

VERSION = "1.0.0"
SOURCES = {6: "cellwright/demo", 5: "cellwright/demofive"}
"""The test provider's address without the registry, by protocol."""
_TESTS = Path(__file__).resolve().parents[2]
_PROGRAM = """#!/bin/sh
exec {python} -P -c 'import sys; sys.path.insert(0, sys.argv[1])
from contract.relay.provider.main import serve
serve({protocol}, legacy={legacy})' {tests}
"""


@dataclass(frozen=True)
class Laboratory:
    """A provider mirror, a Terraform that uses it, and a relay."""

    root: Path
    binary: Binary
    mirror: Path
    relay: RelayClient
    locks: Mapping[int, str]
    """The lock file of a stack that uses the test provider, by protocol."""

    @property
    def host(self) -> str:
        """The registry that a provider's short address stands for."""
        return HOSTS[self.binary.product]

    def address(self, protocol: int = 6) -> str:
        """The test provider's address."""
        return f"{self.host}/{SOURCES[protocol]}"

    @property
    def environment(self) -> dict[str, str]:
        """What every Terraform gets."""
        passed = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return passed | {
            "TF_CLI_CONFIG_FILE": str(self.root / "terraformrc"),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            # The test provider speaks no TLS; plain Terraform would insist.
            "TF_DISABLE_PLUGIN_TLS": "1",
        }

    def relayed(self, *, excepted: Sequence[str] = ()) -> RelayProviders:
        """The relay between Terraform and its providers."""
        settings = RelaySettings(excepted=tuple(excepted))
        return RelayProviders(lambda: self.relay, self.binary, [self.mirror], settings, {})

    def bench(self, name: str, providers: Providers | None = None, protocol: int = 6) -> "Bench":
        """A fresh working folder."""
        folder = UnitFolder(self.root / name)
        folder.plans.mkdir(parents=True)
        folder.source.mkdir()
        (folder.source / LOCK_FILE).write_text(self.locks[protocol])
        return Bench(self, workspace_at(folder), providers or DirectProviders(), protocol)


@dataclass(frozen=True)
class Ran:
    """One command that has ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, object]]:
        """The JSON lines of its output."""
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]

    def says(self, text: str) -> bool:
        return text in self.out + self.err


@dataclass(frozen=True)
class Bench:
    """A working folder, and how its Terraform reaches providers."""

    laboratory: Laboratory
    workspace: Workspace
    providers: Providers
    protocol: int
    extra: Mapping[str, str] = field(default_factory=dict)
    read_plans: list[str] = field(default_factory=list)
    """The plans that were read from their file as `show` shows them."""

    @property
    def module(self) -> Path:
        return self.workspace.module

    @property
    def plan_file(self) -> str:
        return str(self.workspace.folder.plans / "saved")

    @property
    def journal(self) -> Path:
        """The file in which the test provider records the calls that it gets."""
        return self.workspace.folder.path / "journal"

    def with_environment(self, **extra: str) -> "Bench":
        return replace(self, extra={**self.extra, **extra})

    def write(self, files: Mapping[str, str | None]) -> None:
        """Put files into the module; None removes one."""
        for name, content in files.items():
            path = self.module / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content.replace("DEMO_SOURCE", SOURCES[self.protocol]))

    def environment(self, command: str) -> dict[str, str]:
        """The whole environment of a command."""
        base = {**self.laboratory.environment, "DEMO_JOURNAL": str(self.journal), **self.extra}
        return {**base, **self.providers.environment_for(self.workspace, command)}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command. `PLAN` stands for the plan file."""
        given = [argument.replace("PLAN", self.plan_file) for argument in arguments]
        program = (str(self.laboratory.binary.path), *given)
        return self._start(program, self.environment(arguments[0]))

    def run(self, *arguments: str) -> Ran:
        """Run a command to its end."""
        return finish(self.start(*arguments))

    def run_program(self, program: Sequence[str], environment: Mapping[str, str]) -> Ran:
        """Run anything else in the module."""
        return finish(self._start(program, environment))

    def _start(self, program: Sequence[str], environment: Mapping[str, str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            program,
            cwd=self.module,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def journal_entries(self, what: str) -> list[dict[str, object]]:
        if not self.journal.exists():
            return []
        entries = [json.loads(line) for line in self.journal.read_text().splitlines()]
        return [entry for entry in entries if entry["what"] == what]


def finish(process: "subprocess.Popen[str]") -> Ran:
    """Wait for the end of a command."""
    with process:
        out, err = process.communicate(timeout=PATIENCE)
    return Ran(process.returncode, out, err)


def workspace_at(folder: UnitFolder, module: str = ".") -> Workspace:
    """A workspace whose module is in the folder's source already."""
    place = folder.source / module
    return Workspace(
        address=UnitAddress("client", folder.path.name.replace("_", "-"), "app"),
        folder=folder,
        module=place,
        tree=StackTree(files=(), module=".", digest="", label="", commit=None, folder=folder.source),
        state=place / "terraform.tfstate",
        backend_digest="",
        settings=BackendSettings("local", {}),
    )


def set_up(root: Path, relay: RelayClient, binary: Binary) -> Laboratory:
    """Make a mirror with the test provider in both protocols, and have its lock entries written."""
    mirror = root / "mirror"
    for protocol, source in SOURCES.items():
        install_program(mirror, f"{HOSTS[binary.product]}/{source}", program_of(protocol))
    (root / "terraformrc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror}" }}\n}}\n'
    )
    laboratory = Laboratory(root, binary, mirror, relay, dict.fromkeys(SOURCES, ""))
    return replace(laboratory, locks={protocol: _lock(laboratory, protocol) for protocol in SOURCES})


def install_program(mirror: Path, address: str, program: str, version: str = VERSION) -> Path:
    """Put a provider that is a script into a mirror; returns the program's path."""
    folder = mirror / address / version / this_platform()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"terraform-provider-{address.rpartition('/')[2]}_v{version}"
    path.write_text(program)
    path.chmod(0o755)
    return path


def short_folder() -> Path:
    """A folder whose path is short enough for sockets, wherever pytest keeps its own."""
    return Path(tempfile.mkdtemp(prefix="cwr"))


def program_of(protocol: int, *, legacy: bool = False) -> str:
    """The test provider as a script that can be started; `legacy`: see the provider."""
    return _PROGRAM.format(
        python=shlex.quote(sys.executable), protocol=protocol, legacy=legacy, tests=shlex.quote(str(_TESTS))
    )


def _lock(laboratory: Laboratory, protocol: int) -> str:
    bench = laboratory.bench(f"lock-{protocol}", protocol=protocol)
    (bench.module / LOCK_FILE).unlink()
    bench.write({"main.tf": REQUIREMENT})
    ran = bench.run("init", "-input=false")
    assert ran.code == 0, ran.out + ran.err
    return (bench.module / LOCK_FILE).read_text()


REQUIREMENT = """
terraform {
  required_providers {
    demo = { source = "DEMO_SOURCE" }
  }
}
"""
