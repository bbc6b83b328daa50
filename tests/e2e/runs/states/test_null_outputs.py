"""Terraform keeps no output whose value is null; who takes it gets null all the same."""

from pathlib import Path

from e2e.conftest import Start
from e2e.kit.fleet import make_fleet

GIVES = """
variable "listener" {
  type    = string
  default = null
}

output "listener" { value = var.listener }

output "secret" {
  value     = var.listener
  sensitive = true
}
"""
TAKES = """
variable "listener" {
  type    = string
  default = "made up"
}

variable "secret" {
  type      = string
  default   = "made up"
  sensitive = true
}

resource "terraform_data" "this" {
  input = var.listener == null && var.secret == null ? "none" : "some"
}

output "got" { value = terraform_data.this.output }
"""


def test_an_output_that_is_null_is_null_for_who_takes_it(tmp_path: Path, program: Start) -> None:
    stacks = {name: {"source": f"./stacks/{name}"} for name in ("gives", "takes")}
    taking = {"listener": "${output.gives.listener}", "secret": "${output.gives.secret}"}
    fleet = make_fleet(tmp_path, stacks, {"acme": {"stacks": {"takes": taking}}})
    fleet.stack("gives", GIVES)
    fleet.stack("takes", TAKES)
    cellwright = program(fleet)

    cellwright.run("apply", "--yes").expect(0)

    assert '"none"' in fleet.state("client/acme/takes").read_text()
    assert cellwright.look("status", "--json").document["counts"]["up_to_date"] == 2

    fleet.cell("acme", {"stacks": {"takes": taking, "gives": {"listener": "arn"}}})
    answer = cellwright.run("apply", "--yes", "--json").expect(0)

    assert answer.outcomes == {"client/acme/gives": "applied", "client/acme/takes": "applied"}
    assert '"some"' in fleet.state("client/acme/takes").read_text()
