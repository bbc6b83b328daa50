"""A rollout over twelve cells with the real AWS provider on an emulated AWS."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cellwright.sandbox.process import start_sandbox
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

CELLS = {f"c{number:02}": {"ring": "canary" if number == 1 else "rest"} for number in range(1, 13)}
STRATEGY = {
    "waves": [
        {"name": "canary", "cells": "ring=canary"},
        {"name": "general", "cells": "*", "size": "50%", "max_parallel": 4, "max_failures": 1},
    ]
}
ROLE = """
terraform {
  required_providers { aws = { source = "hashicorp/aws" } }
}

provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

variable "name" { type = string }
variable "effect" { type = string }

resource "aws_iam_role" "service" {
  name = var.name
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "service" {
  name = "service"
  role = aws_iam_role.service.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = var.effect, Action = "s3:GetObject", Resource = "*" }]
  })
}
"""


def decide(cellwright: Program, effect: str) -> None:
    """Give all cells another default, and commit it."""
    settings = {"name": "${unit.cell}-service", "effect": effect}
    cellwright.fleet.write("defaults.yaml", {"stacks": {"role": settings}})
    cellwright.commit_all()


def newest(cellwright: Program) -> Mapping[str, Any]:
    [found, *_] = cellwright.run("rollout", "status", "--json").expect(0).document["rollouts"]
    return dict(found)


def states(fleet: FleetFolder) -> dict[str, str]:
    return {name: fleet.state(f"client/{name}/role").read_text() for name in CELLS}


@pytest.mark.aws
@pytest.mark.terraform
@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_default_that_aws_refuses_reaches_the_canary_alone(tmp_path: Path, program: Start) -> None:
    with start_sandbox(tmp_path, os.environ) as sandbox:
        stacks = {"role": {"source": "./stacks/role"}}
        fleet = make_fleet(tmp_path, stacks, CELLS, rollouts={"standard": STRATEGY})
        fleet.stack("role", ROLE)
        fleet.write(".gitignore", ".cellwright/\n")
        cellwright = replace(program(fleet), environment=sandbox.environment)

        decide(cellwright, "Allow")
        cellwright.run("rollout", "start", "--yes").expect(0)
        assert newest(cellwright)["cells"] == {"succeeded": 12}
        before = states(fleet)

        decide(cellwright, "Perhaps")
        halted = cellwright.run("rollout", "start", "--yes").expect(1)
        assert "halted" in halted.text
        assert newest(cellwright)["cells"] == {"failed": 1, "waiting": 11}
        after = states(fleet)
        assert {name for name in CELLS if after[name] != before[name]} <= {"c01"}

        decide(cellwright, "Deny")
        cellwright.run("rollout", "start", "--yes").expect(0)
        assert newest(cellwright)["cells"] == {"succeeded": 12}
        assert all("Deny" in text for text in states(fleet).values())
