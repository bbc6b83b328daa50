"""Fleets for tests: stacks of `terraform_data` only, so that a Terraform command takes milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from e2e.kit.desk import Desk

NAME = "trial"

WORKER = """
variable "mark" { type = string }
variable "desk" { type = string }
variable "value" {
  type    = string
  default = "1"
}
variable "upstream" {
  type    = string
  default = ""
}

resource "terraform_data" "this" {
  input            = { mark = var.mark, desk = var.desk }
  triggers_replace = [var.value, var.upstream]

  provisioner "local-exec" {
    command     = <<-EOT
      echo "begin $MARK" >>"$DESK/log"
      while [ -e "$DESK/hold" ] || [ -e "$DESK/hold-$MARK" ]; do sleep 0.05; done
      if [ -e "$DESK/fail-$MARK" ]; then echo "trouble with $MARK" >&2; exit 3; fi
      echo "done $MARK" >>"$DESK/log"
    EOT
    environment = { MARK = var.mark, DESK = var.desk }
  }

  provisioner "local-exec" {
    when        = destroy
    command     = <<-EOT
      if [ -e "$DESK/keep-$MARK" ]; then echo "$MARK will not go" >&2; exit 3; fi
      echo "gone $MARK" >>"$DESK/log"
    EOT
    environment = { MARK = self.input.mark, DESK = self.input.desk }
  }
}

output "value" { value = "${var.mark}:${var.value}" }
"""
"""Writes into its desk's log what is done to it; files on the desk make it wait, fail, or refuse to go."""


@dataclass(frozen=True, slots=True)
class FleetFolder:
    """A fleet on disk."""

    root: Path
    desk: Desk

    @property
    def home(self) -> Path:
        """What Cellwright keeps for itself."""
        return self.root / ".cellwright"

    @property
    def ledger(self) -> Path:
        return self.home / "ledger.db"

    def write(self, path: str, content: str | Mapping[str, Any]) -> Path:
        """Write a file; a mapping as YAML."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else yaml.safe_dump(dict(content)))
        return file

    def stack(self, name: str, content: str = WORKER) -> None:
        self.write(f"stacks/{name}/main.tf", content)

    def cell(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        self.write(f"clients/{name}.yaml", settings or {})

    def state(self, unit: str) -> Path:
        """A unit's state file, with the `local` backend."""
        return self.home / "states" / f"{unit}.tfstate"


def make_fleet(
    folder: Path,
    stacks: Mapping[str, Mapping[str, Any]],
    cells: Mapping[str, Mapping[str, Any]],
    **more: Any,  # noqa: ANN401  any further key of fleet.yaml
) -> FleetFolder:
    """Write a fleet of one level, `client`, beside its desk; a stack without a source is the worker.

    Every worker gets a mark of its own, `CELL-STACK`.
    """
    desk = Desk(folder / "desk")
    desk.folder.mkdir(parents=True)
    fleet = FleetFolder(folder / "fleet", desk)
    fleet.stack("worker")
    given = {name: {"source": "./stacks/worker", **stack} for name, stack in stacks.items()}
    level = {"name": "client", "cells": "clients", "stacks": given, "layers": ["defaults.yaml"]}
    fleet.write("fleet.yaml", {"fleet": NAME, "levels": [level], "offboarding": {"hold": "0d"}, **more})
    workers = [name for name, stack in given.items() if stack["source"] == "./stacks/worker"]
    fleet.write("defaults.yaml", {"stacks": {name: _worker(desk, name) for name in workers}})
    (fleet.root / "clients").mkdir(exist_ok=True)
    for name, settings in cells.items():
        fleet.cell(name, settings)
    return fleet


def _worker(desk: Desk, stack: str) -> Mapping[str, str]:
    return {"mark": f"${{unit.cell}}-{stack}", "desk": str(desk.folder)}
