"""How inputs reach the real binary: secrets hidden, ephemeral ones twice, a stack's own values overridden."""

from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.stacks.types.constraint import AnyType, ListOf, ObjectAttribute, ObjectOf, Primitive
from cellwright.terraform.workspace.variables import InputValue
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

SECRETS = """
variable "text" {
  type      = string
  sensitive = true
}

variable "tree" {
  type      = object({ list = list(string), number = number })
  sensitive = true
}

variable "whatever" {
  sensitive = true
}

variable "unmarked" {
  type = string
}

resource "terraform_data" "x" {
  input = [var.text, var.tree, var.whatever, var.unmarked]
}

output "all" {
  value     = terraform_data.x.output
  sensitive = true
}
"""
HARD = 'canary ${x} %{y} $${z} "q" \\ \n\t <b>& é😀'


def secret_inputs() -> tuple[InputValue, ...]:
    kind = ObjectOf(
        {"list": ObjectAttribute(ListOf(Primitive.STRING)), "number": ObjectAttribute(Primitive.NUMBER)}
    )
    return (
        InputValue("text", HARD, Primitive.STRING, secret=True),
        InputValue("tree", {"list": [HARD, "canary-2"], "number": 1.5}, kind, secret=True),
        InputValue("whatever", {"canary-3": HARD}, AnyType(), secret=True),
        InputValue("unmarked", "canary-4", Primitive.STRING, secret=True),
    )


def test_secrets_arrive_unchanged_and_appear_nowhere(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(tmp_path / "s", {"main.tf": SECRETS})
    inputs = secret_inputs()
    with bench.open(bench.request(stack, inputs)) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)
        state = unit.state()

    assert state is not None
    assert state.outputs["all"].sensitive
    assert state.outputs["all"].value == [item.value for item in inputs]
    assert "canary" not in repr(planned.summary)
    assert "canary" not in repr(planned)
    assert "canary" not in repr(bench.reporter.seen)
    for path in (bench.root / ".cellwright").rglob("*"):
        if path.is_file() and path.suffix != ".tfstate":
            assert b"canary" not in path.read_bytes(), path


def test_secrets_that_do_not_fit_into_the_environment(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(
        tmp_path / "s", {"main.tf": SECRETS.replace("var.tree, var.whatever, var.unmarked", "")}
    )
    long = "canary" * 40_000
    inputs = (
        InputValue("text", long, Primitive.STRING, secret=True),
        *(item for item in secret_inputs() if item.name != "text"),
    )
    request = bench.request(stack, inputs)
    with bench.open(request) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        assert not unit.workspace.values.secrets.exists()
        unit.apply(planned.saved)
        state = unit.state()

    assert state is not None
    assert state.outputs["all"].value == [long]


def test_a_stacks_own_values_do_not_override_inputs(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(
        tmp_path / "s",
        {
            "main.tf": SECRETS.replace("var.tree, var.whatever, ", ""),
            "terraform.tfvars": 'text = "theirs"\n',
            "zz.auto.tfvars": 'text = "theirs"\nunmarked = "theirs"\n',
            "é.auto.tfvars": 'text = "theirs"\nunmarked = "theirs"\n',
        },
    )
    inputs = (*secret_inputs()[:3], InputValue("unmarked", "ours", Primitive.STRING))
    with bench.open(bench.request(stack, inputs)) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)
        state = unit.state()

    assert state is not None
    assert state.outputs["all"].value == [HARD, "ours"]


EARLY = """
variable "kind" {
  type = string
  CONST
}

module "m" {
  source = "./modules/${var.kind}"
}

output "kind" {
  value = module.m.kind
}
"""


def test_inputs_decide_which_modules_there_are(bench: Bench, tmp_path: Path) -> None:
    binary = bench.binary
    if binary.product == "terraform" and binary.version < Version("1.15.0.dev0"):
        pytest.skip("Terraform has no such variables before 1.15")
    const = "const = true" if binary.product == "terraform" else ""
    modules = {f"modules/{kind}/m.tf": f'output "kind" {{\n  value = "{kind}"\n}}\n' for kind in "ab"}
    stack = write_tree(tmp_path / "s", {"main.tf": EARLY.replace("CONST", const), **modules})

    for run, kind in enumerate("ab"):
        inputs = (InputValue("kind", kind, Primitive.STRING),)
        with bench.open(bench.request(stack, inputs, run=f"r{run}")) as unit:
            planned = unit.plan()
            assert planned.saved is not None
            unit.apply(planned.saved)
            state = unit.state()
        assert state is not None
        assert state.outputs["kind"].value == kind


EPHEMERAL = """
variable "token" {
  type      = string
  ephemeral = true
}

resource "terraform_data" "x" {
  provisioner "local-exec" {
    command     = "test -n \\"$TOKEN\\" && printf '%s' \\"$TOKEN\\" >given"
    environment = { TOKEN = var.token }
  }
}
"""


def test_an_ephemeral_input_is_given_to_apply_again(bench: Bench, tmp_path: Path) -> None:
    first = {"terraform": Version("1.10.0.dev0"), "tofu": Version("1.11.0.dev0")}[bench.binary.product]
    if bench.binary.version < first:
        pytest.skip(f"{bench.binary} has no ephemeral variables")
    stack = write_tree(tmp_path / "s", {"main.tf": EPHEMERAL})
    inputs = (InputValue("token", "tok ${1}", Primitive.STRING, ephemeral=True),)
    request = bench.request(stack, inputs)
    with bench.open(request) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)

    assert (request.folder.source / "given").read_text() == "tok ${1}"
