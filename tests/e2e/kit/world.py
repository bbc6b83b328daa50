"""A world that is a folder: a stack of the test provider, whose resources somebody changes by hand."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from binaries import registry
from contract.relay.laboratory import SOURCES, install_program, program_of
from e2e.conftest import Start
from e2e.kit.fleet import make_fleet
from e2e.kit.program import Program

STACK = """
terraform {
  required_providers {
    demo = { source = "cellwright/demo" }
  }
}
variable "cell" { type = string }
variable "store" { type = string }
provider "demo" { store = var.store }
resource "demo_item" "kept" {
  name  = "${var.cell}-kept"
  value = "as it was applied"
  tags  = { cell = var.cell }
}
resource "demo_item" "loose" {
  name  = "${var.cell}-loose"
  value = "free"
  lifecycle { ignore_changes = [value] }
}
"""


@dataclass(frozen=True)
class World:
    """Where the test provider keeps what it has made."""

    store: Path

    def item(self, name: str) -> Path:
        return self.store / "default" / f"{name}.json"

    def value(self, name: str) -> object:
        return json.loads(self.item(name).read_text())["value"]

    def change(self, name: str, **values: object) -> None:
        found = json.loads(self.item(name).read_text())
        self.item(name).write_text(json.dumps({**found, **values}))


def applied_world(folder: Path, world: World, program: Start, *relay: str) -> Program:
    """Start with two applied cells, in git."""
    mirror = folder / "mirror"
    install_program(mirror, f"{registry()}/{SOURCES[6]}", program_of(6))
    fleet = make_fleet(
        folder,
        {"app": {"source": "./stacks/kept"}},
        {"acme": {}, "globex": {}},
        terraform={"mirror": str(mirror), "environment_pass": ["TF_DISABLE_PLUGIN_TLS"]},
        rollouts={"plain": {"waves": [{"name": "all", "cells": "*"}]}},
    )
    fleet.stack("kept", STACK)
    settings = {"cell": "${unit.cell}", "store": str(world.store)}
    fleet.write("defaults.yaml", {"stacks": {"app": settings}})
    fleet.write(".gitignore", ".cellwright/\n.terraform.lock.hcl\n")
    # The test provider speaks no TLS; plain Terraform would insist.
    started = program(fleet)
    started = replace(started, environment={**started.environment, "TF_DISABLE_PLUGIN_TLS": "1"})
    started.commit_all()
    started.run("apply", "--yes", *relay).expect(0)
    return started
