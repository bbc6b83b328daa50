"""Shared by the tests of terraform/: stacks from texts, requests, a recording reporter, a fake program."""

import hashlib
import os
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import Version

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.progress import DiagnosticSeen, Phase, PhaseEntered, Progress, ResourceProgress
from cellwright.model.value import Json
from cellwright.stacks.source.tree import StackFile, StackTree
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.cli_config import CliConfig
from cellwright.terraform.install.provider_cache import ProviderCache
from cellwright.terraform.process.cancellation import Cancellation
from cellwright.terraform.process.command import Command
from cellwright.terraform.process.launcher import CommandFolder, started_at
from cellwright.terraform.providers import DirectProviders, Providers
from cellwright.terraform.retry import RetryPolicy
from cellwright.terraform.toolchain import Limits, Toolchain
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.shared_inits import SharedInits
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.variables import InputValue
from patience import PATIENCE

UNIT = UnitAddress("client", "acme", "app")


def write_tree(folder: Path, files: Mapping[str, str], module: str = ".") -> StackTree:
    """Write a stack and describe it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        path.chmod(0o755 if name.endswith(".sh") else 0o644)
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
    found = tuple(
        StackFile(name, folder / name, name.endswith(".sh"), hashlib.sha256(content.encode()).digest())
        for name, content in sorted(files.items())
    )
    return StackTree(files=found, module=module, digest=digest, label=str(folder), commit=None, folder=folder)


@dataclass
class Recorder:
    """Keeps all progress."""

    seen: list[Progress] = field(default_factory=list)

    def report(self, progress: Progress) -> None:
        self.seen.append(progress)

    def phases(self) -> list[tuple[Phase, str]]:
        return [(item.phase, item.note) for item in self.seen if isinstance(item, PhaseEntered)]

    def diagnostics(self) -> list[Diagnostic]:
        return [item.diagnostic for item in self.seen if isinstance(item, DiagnosticSeen)]

    def resources(self) -> list[tuple[str, str, str]]:
        found = [item for item in self.seen if isinstance(item, ResourceProgress)]
        return [(item.resource, item.action, item.state) for item in found]


@dataclass
class Bench:
    """The folders of one fleet, and everything that a unit is opened with."""

    root: Path
    binary: Binary
    environment: Mapping[str, str]
    limits: Limits = field(default_factory=lambda: Limits(retry=RetryPolicy(base=0.0), grace=20.0))
    providers: Providers = field(default_factory=DirectProviders)
    reporter: Recorder = field(default_factory=Recorder)
    cancellation: Cancellation = field(default_factory=Cancellation)
    inits: SharedInits = field(init=False)

    def __post_init__(self) -> None:
        self.inits = SharedInits(self.root / "inits")

    def toolchain(self) -> Toolchain:
        return Toolchain(
            binary=self.binary,
            root=self.root,
            cli_config=CliConfig(None, ""),
            mirrors=(),
            cache=ProviderCache(self.root / "provider-cache"),
            inits=self.inits,
            ambient=self.environment,
            limits=self.limits,
            providers=self.providers,
        )

    def request(
        self,
        tree: StackTree,
        inputs: tuple[InputValue, ...] = (),
        *,
        run: str = "r1",
        backend: BackendSettings | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> UnitRequest:
        return UnitRequest(
            address=UNIT,
            run=run,
            tree=tree,
            backend=backend or BackendSettings("local", {}),
            inputs=inputs,
            environment=environment or {},
            folder=UnitFolder(self.root / ".cellwright" / "work" / "client" / "acme" / "app"),
            states=self.root / ".cellwright" / "states",
            log=self.root / ".cellwright" / "logs" / run / "app.log",
        )

    def open(self, request: UnitRequest) -> UnitTerraform:
        return UnitTerraform.open(request, self.toolchain(), self.reporter, self.cancellation)


def plain(**values: Json) -> tuple[InputValue, ...]:
    """Inputs that are no secrets."""
    return tuple(InputValue(name, value) for name, value in values.items())


@dataclass
class ScriptedProgram:
    """A program that takes Terraform's place: answers each command from a shell snippet, and counts."""

    folder: Path

    @property
    def binary(self) -> Binary:
        return Binary(self.folder / "terraform", "terraform", Version("1.11.4"))

    def write(self, answers: Mapping[str, str]) -> Binary:
        """Make the program; a command without an answer succeeds silently."""
        self.folder.mkdir(exist_ok=True)
        cases = "\n".join(f"{name}) {snippet} ;;" for name, snippet in answers.items())
        counter = shlex.quote(str(self.folder / "calls"))
        self.binary.path.write_text(
            f'#!/bin/sh\necho "$*" >>{counter}\nn=$(grep -c "^$1" {counter})\n'
            f'case "$1" in\n{cases}\n*) exit 0 ;;\nesac\n'
        )
        self.binary.path.chmod(0o700)
        return self.binary

    def calls(self) -> list[str]:
        """The commands so far, by name."""
        file = self.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        return [line.split(" ", 1)[0] for line in lines]


def error_line(summary: str, detail: str = "") -> str:
    """A shell snippet that prints one of Terraform's diagnostics."""
    text = (
        '{"@message":"Error","type":"diagnostic","diagnostic":'
        f'{{"severity":"error","summary":"{summary}","detail":"{detail}"}}}}'
    )
    return f"printf '%s\\n' {shlex.quote(text)}"


def is_gone(pid: int) -> bool:
    """Tell whether a process is over, giving the system a moment to end it."""
    return eventually(lambda: started_at(pid) is None)


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait until `condition` holds; tell whether it did."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def zombies() -> list[int]:
    """Children of this process that ended and were not waited for."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    numbers = [int(number) for found in children for number in found.read_text().split()]
    return [number for number in numbers if Path(f"/proc/{number}/cmdline").read_bytes() == b""]


def command(folder: Path, script: str, *, timeout: float | None = None, grace: float = 60.0) -> Command:
    """A shell script as a command."""
    return Command(
        arguments=("/bin/sh", "-c", script),
        cwd=folder,
        environment={"PATH": os.defpath},
        folder=CommandFolder(folder / "command"),
        label="plan r1",
        timeout=timeout,
        grace=grace,
    )


class Lines:
    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, lines: Sequence[str]) -> None:
        self.seen.extend(lines)
