"""A `terraform` whose own CPU time is known: the real one in a cover that notes it, or a stand-in.

What a program can't note itself (its end, or, for the stand-in, everything) is measured beforehand: the same
program is started bare, some times, and what the kernel says of it then is taken for each later command.
"""

import json
import os
import shutil
import statistics
import subprocess  # a bare start is what is measured
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

KINDS = ("stand-in", "real")
LOG = "spent"
"""One line for each command: nanoseconds."""

COVER = """#!{python} -IS
import os, resource, sys
child = os.posix_spawn({real!r}, [{real!r}, *sys.argv[1:]], os.environ)
_, status = os.waitpid(child, 0)
both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
seconds = sum(usage.ru_utime + usage.ru_stime for usage in both)
log = os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(log, b"%d\\n" % (seconds * 1e9))
os._exit(os.waitstatus_to_exitcode(status))
"""
"""Counts what it took itself too, until its last write."""

STAND_IN = """#!/bin/sh
code=0
case $1 in
version) echo 'Terraform v1.11.4';;
init) printf '%s\\n' {init};;
plan)
  for option; do case $option in -out=*) echo plan >"${{option#-out=}}";; esac; done
  printf '%s\\n' {plan}
  code=2;;
show) printf '%s\\n' {show};;
apply)
  printf '%s\\n' {apply}
  while read -r line; do
    case $line in 'path = "'*) state=${{line#'path = "'}}; state=${{state%%'"'*}};; esac
  done <zz_cellwright_override.tf
  printf '%s\\n' {state} >"$state";;
esac
echo 0 >>'{log}'
exit $code
"""
"""Built-ins only: one process, of about half a millisecond."""

ADDRESS = "terraform_data.this"
RESOURCE = {"addr": ADDRESS, "resource_type": "terraform_data"}
COUNTS = {"add": 1, "change": 0, "remove": 0}


def _said(kind: str, text: str, **fields: object) -> Json:
    time = "2026-01-01T00:00:00.000000Z"
    head = {"@level": "info", "@message": text, "@module": "terraform.ui", "@timestamp": time}
    return {**head, **fields, "type": kind}


VERSION = _said("version", "Terraform 1.11.4", terraform="1.11.4", ui="1.2")
INIT = (VERSION, _said("init_output", "Terraform has been successfully initialized!"))
PLAN = (
    VERSION,
    _said("planned_change", f"{ADDRESS}: Plan to create", change={"resource": RESOURCE, "action": "create"}),
    _said("change_summary", "Plan: 1 to add", changes={**COUNTS, "operation": "plan"}),
)
STEP = {"resource": RESOURCE, "action": "create", "elapsed_seconds": 0}
APPLY = (
    VERSION,
    _said("apply_start", f"{ADDRESS}: Creating...", hook=STEP),
    _said("apply_complete", f"{ADDRESS}: Creation complete after 0s", hook=STEP),
    _said("change_summary", "Apply complete!", changes={**COUNTS, "operation": "apply"}),
)
NAMED = {"address": ADDRESS, "mode": "managed", "type": "terraform_data", "name": "this"}
VALUES = {"input": "x", "triggers_replace": None}
CHANGE = {
    "actions": ["create"],
    "before": None,
    "after": VALUES,
    "after_unknown": {"id": True, "output": True},
    "before_sensitive": False,
    "after_sensitive": {},
}
PLANNED: Json = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "variables": {"name": {"value": "x"}},
    "planned_values": {
        "outputs": {"id": {"sensitive": False}},
        "root_module": {"resources": [{**NAMED, "values": VALUES, "sensitive_values": {}}]},
    },
    "resource_changes": [{**NAMED, "change": CHANGE}],
    "configuration": {"root_module": {}},
    "applyable": True,
    "complete": True,
    "errored": False,
}
OWN = "its-own"
"""What each unit's state has alone: the same one in two places would be a copy, which is refused."""
STATE: Json = {
    "version": 4,
    "terraform_version": "1.11.4",
    "serial": 1,
    "lineage": f"8608dfe8-3173-3f51-6d46-{OWN}",
    "outputs": {"id": {"value": "e07f07f4", "type": "string"}},
    "resources": [{**NAMED, "instances": [{}]}],
}

BARE = {
    "stand-in": (("init",), ("plan", "-out=plan"), ("show",), ("apply",)),
    "real": (("version", "-json"),),
}
"""Commands for a bare start: those of a unit, or, where the program notes most of it itself, any."""

ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Meter:
    """A folder with a `terraform`, and what was spent in there."""

    folder: Path
    unnoted: float
    """Seconds of each command that it can't note."""

    def seconds(self) -> float:
        """CPU seconds until now."""
        noted = _noted(self.folder)
        return sum(noted) + len(noted) * self.unnoted


def install(folder: Path, kind: str, program: Path | None = None) -> Meter:
    """Make a `terraform` of that kind in a new folder; the real one is `program`, or the one on the PATH."""
    folder.mkdir(parents=True)
    log = folder / LOG
    if kind == "real":
        real = str(program) if program is not None else shutil.which("terraform")
        if real is None:
            raise LookupError("terraform is not on the PATH")
        text = COVER.format(python=sys.executable, real=real, log=str(log))
    else:
        said = {"init": INIT, "plan": PLAN, "show": (PLANNED,), "apply": APPLY, "state": (STATE,)}
        lines = {name: " ".join(f"'{json.dumps(item)}'" for item in items) for name, items in said.items()}
        lines["state"] = lines["state"].replace(OWN, "'\"$$\"'")
        text = STAND_IN.format(**lines, log=log)
    cover = folder / "terraform"
    cover.write_text(text)
    cover.chmod(0o755)
    found = Meter(folder, _unnoted(cover, kind))
    log.unlink()
    return found


def _unnoted(program: Path, kind: str) -> float:
    override = '{\npath = "state"\n}\n'
    (program.parent / "zz_cellwright_override.tf").write_text(override)
    return statistics.mean(
        statistics.median(_bare(program, arguments) for _ in range(ROUNDS)) for arguments in BARE[kind]
    )


def _bare(program: Path, arguments: tuple[str, ...]) -> float:
    """What one command takes beyond what it notes."""
    before = sum(_noted(program.parent))
    child = subprocess.Popen(
        [str(program), *arguments], cwd=program.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_utime + usage.ru_stime - (sum(_noted(program.parent)) - before)


def _noted(folder: Path) -> list[float]:
    """CPU seconds of each command, as far as noted."""
    log = folder / LOG
    return [int(line) / 1e9 for line in log.read_text().split()] if log.exists() else []
