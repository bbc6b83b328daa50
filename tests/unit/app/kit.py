"""Small fleets for tests of use cases that start no Terraform."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, Run, RunKind, RunStatus, RunUnit

STACK = """
variable "size" { default = 1 }
variable "password" {
  type      = string
  sensitive = true
  default   = ""
}
variable "settings" { default = {} }
output "id" { value = "x" }
"""
FLEET = """\
fleet: trial
offboarding: {hold: 0d}
levels:
  - name: client
    cells: clients
    layers: [defaults.yaml]
    stacks:
      app: {source: ./stack}
      extra: {source: ./stack, enabled: false}
"""
APP = UnitAddress("client", "acme", "app")
_CACHE = tempfile.TemporaryDirectory(prefix="cellwright-tests-")
NOBODY = {
    "HOME": "/nonexistent",
    "PATH": "/usr/bin:/bin",
    "CELLWRIGHT_FETCH": "off",
    "XDG_CACHE_HOME": _CACHE.name,
}
ADA = Actor("ada", "test")


def make_fleet(root: Path, **cells: str) -> Location:
    """Write a fleet, given each cell's name with its document."""
    files = {"fleet.yaml": FLEET, "defaults.yaml": "{}\n", "stack/main.tf": STACK}
    files |= {f"clients/{name}.yaml": text for name, text in cells.items()}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return Location(fleet=root, environment=NOBODY)


def open_session(root: Path) -> FleetSession:
    """Open the fleet in a folder; one that only reads settings needs no closing."""
    return FleetSession(Location(fleet=root, environment=NOBODY))


_GIT_SETTINGS = """\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
[user]
\tname = Ada
\temail = ada@example.com
[maintenance]
\tauto = false
"""


def put_under_git(root: Path) -> None:
    """Commit everything, as somebody; thousands of tests do, so no process is started but for that."""
    kept = root / ".git"
    for folder in ("hooks", "objects", "refs"):
        (kept / folder).mkdir(parents=True, exist_ok=True)
    if not (kept / "HEAD").exists():
        (kept / "HEAD").write_text("ref: refs/heads/master\n")
        (kept / "config").write_text(_GIT_SETTINGS)
    for arguments in (["add", "--all"], ["commit", "--quiet", "--message=All"]):
        subprocess.run(["git", *arguments], cwd=root, check=True)  # noqa: S607  whichever the machine has


def ledger_of(root: Path) -> Ledger:
    return open_ledger(sqlite_url(root / ".cellwright" / "ledger.db"))


def make_run(run_id: str, operation: Operation = Operation.APPLY, kind: RunKind = RunKind.APPLY) -> Run:
    return Run(
        id=run_id,
        kind=kind,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=(RunUnit(APP, operation),),
    )


def applied_event(run_id: str, detail: Mapping[str, str] | None = None) -> EventDraft:
    return EventDraft("ada", "unit.applied", str(APP), "", detail or {"run": run_id})


def install_program(folder: Path, said: str = "Terraform v1.11.4", version: str = "1.11.4") -> str:
    """Make a `terraform` that says what it is and does nothing else; gives a PATH with it."""
    program = folder / "terraform"
    folder.mkdir(parents=True, exist_ok=True)
    answer = f'{{"terraform_version": "{version}", "terraform_outdated": false}}'
    program.write_text(f"#!/bin/sh\ncase \"$*\" in\n*json*) echo '{answer}' ;;\n*) echo '{said}' ;;\nesac\n")
    program.chmod(0o755)
    return f"{folder}:{NOBODY['PATH']}"
