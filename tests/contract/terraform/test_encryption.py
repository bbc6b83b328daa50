"""OpenTofu encrypts states and plans: every command is told the key, and readers know what they see."""

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

import binaries
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.plan import ResourceCounts
from cellwright.stacks.source.tree import StackTree
from cellwright.stacks.types.constraint import AnyType, Primitive
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.states.state_reader import EncryptedStateError, read_mark, read_state
from cellwright.terraform.unit.migration import migrate_state
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.unit.unsaved_state import settle_unsaved
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.variables import InputValue
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

KEY = "correct horse battery staple"
OTHER = KEY[::-1]
ENCRYPTION = """
variable "key" {
  type      = string
  sensitive = true
}

terraform {
  encryption {
    key_provider "pbkdf2" "now" {
      passphrase    = var.key
      hash_function = "sha256" # the cheapest that is allowed
      iterations    = 200000
    }
    method "aes_gcm" "now" {
      keys = key_provider.pbkdf2.now
    }
    state {
      method   = method.aes_gcm.now
      enforced = true
    }
    plan {
      method   = method.aes_gcm.now
      enforced = true
    }
  }
}
"""
STACK = """
variable "name" {
  type    = string
  default = "acme"
}

resource "terraform_data" "x" {
  input = var.name
}

output "name" {
  value = terraform_data.x.output
}

output "secret" {
  value     = "secret-${terraform_data.x.output}"
  sensitive = true
}
"""


def key(value: str) -> InputValue:
    return InputValue("key", value, Primitive.STRING, secret=True)


@pytest.fixture(
    params=[
        *(name for name in binaries.ALL if binaries.product(name) == "tofu"),
        *(pytest.param(name, marks=pytest.mark.long) for name in binaries.OLDER),
    ]
)
def binary(request: pytest.FixtureRequest) -> Binary:
    """Each OpenTofu: Terraform encrypts nothing."""
    return binaries.binary(request.param)


@pytest.fixture
def stack(tmp_path: Path) -> StackTree:
    return write_tree(tmp_path / "stack", {"main.tf": STACK, "encryption.tf": ENCRYPTION})


def apply(bench: Bench, request: UnitRequest) -> ResourceCounts:
    with bench.open(request) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        assert b"encrypted_data" in planned.saved.path.read_bytes()
        return unit.apply(planned.saved).counts


def state_of(bench: Bench) -> Path:
    return bench.root / ".cellwright/states/client/acme/app.tfstate"


def test_from_nothing_to_applied_changed_and_gone(bench: Bench, stack: StackTree) -> None:
    request = bench.request(stack, (key(KEY),))
    assert apply(bench, request) == ResourceCounts(add=1)
    with pytest.raises(EncryptedStateError):
        read_state(state_of(bench))
    with bench.open(request) as unit:
        state = unit.state()
        assert state is not None
        assert state.outputs["secret"].value == "secret-acme"
        assert unit.mark() == state.mark == read_mark(state_of(bench))
        assert unit.plan().saved is None

    changed = bench.request(stack, (key(KEY), InputValue("name", "acme2", Primitive.STRING)))
    assert apply(bench, changed) == ResourceCounts(change=1)
    with bench.open(changed) as unit:
        gone = unit.plan(destroy=True)
        assert gone.saved is not None
        assert unit.apply(gone.saved).counts == ResourceCounts(destroy=1)
    for path in bench.root.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path
    assert KEY not in repr(bench.reporter.seen)


@pytest.mark.parametrize("files", [{}, {"zz.auto.tfvars": f'key = "{OTHER}"\n'}])
def test_a_key_that_no_environment_can_carry(bench: Bench, tmp_path: Path, files: dict[str, str]) -> None:
    untyped = ENCRYPTION.replace("type      = string", "", 1)
    stack = write_tree(tmp_path / "s", {"main.tf": STACK, "encryption.tf": untyped, **files})
    request = bench.request(stack, (InputValue("key", KEY, AnyType(), secret=True),))

    assert apply(bench, request) == ResourceCounts(add=1)

    with bench.open(request) as unit:
        assert unit.state() is not None
        assert not unit.workspace.values.secrets.exists()


def test_another_key_is_said_to_be_wrong(bench: Bench, stack: StackTree) -> None:
    apply(bench, bench.request(stack, (key(KEY),)))
    bench.reporter.seen.clear()

    with bench.open(bench.request(stack, (key(OTHER),))) as unit:
        with pytest.raises(TerraformError, match="can't be decrypted with the key that is given") as caught:
            unit.plan()
        with pytest.raises(TerraformError, match="can't be decrypted with the key that is given"):
            unit.state()

    assert caught.value.kind is FailureKind.ENCRYPTION
    assert sum(note.startswith("attempt") for _, note in bench.reporter.phases()) == 0


def test_a_state_whose_stack_forgot_the_encryption(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    apply(bench, bench.request(stack, (key(KEY),)))
    bare = write_tree(tmp_path / "bare", {"main.tf": STACK})

    with bench.open(bench.request(bare)) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    assert "is encrypted, and no key is given" in caught.value.diagnostics[0].summary


@pytest.mark.parametrize("other", [name for name in binaries.ALL if binaries.product(name) == "terraform"])
def test_terraform_says_that_the_state_is_opentofus(
    bench: Bench, stack: StackTree, tmp_path: Path, other: str
) -> None:
    apply(bench, bench.request(stack, (key(KEY),)))
    bare = write_tree(tmp_path / "bare", {"main.tf": STACK})
    terraform = replace(bench, binary=binaries.binary(other))

    with terraform.open(terraform.request(bare)) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    assert caught.value.kind is FailureKind.ENCRYPTION
    assert "the state is encrypted by OpenTofu" in caught.value.diagnostics[0].summary


def test_a_state_that_is_not_encrypted_yet(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    bare = write_tree(tmp_path / "bare", {"main.tf": STACK})
    with bench.open(bench.request(bare)) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)

    with bench.open(bench.request(stack, (key(KEY),))) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    assert "is not encrypted yet" in caught.value.diagnostics[0].summary


def test_the_encryption_of_the_environment(bench: Bench, tmp_path: Path) -> None:
    bare = write_tree(tmp_path / "bare", {"main.tf": STACK})
    configuration = ENCRYPTION.partition("encryption {")[2].rpartition("}")[0].rpartition("}")[0]
    given = configuration.replace("var.key", f'"{KEY}"')
    request = bench.request(bare, environment={"TF_ENCRYPTION": given})

    assert apply(bench, request) == ResourceCounts(add=1)

    with bench.open(request) as unit:
        state = unit.state()
        assert state is not None
        assert state.outputs["name"].value == "acme"
        assert unit.monitor.redact(f"{KEY} and {given}") == "(sensitive value) and (sensitive value)"
    ambient = replace(bench, environment={**bench.environment, "TF_ENCRYPTION": given})
    with ambient.open(bench.request(bare)) as unit:
        assert unit.plan().saved is None


PROVIDER = """#!/bin/sh
echo '{"magic":"OpenTofu-External-Key-Provider","version":1}'
if [ "$(cat)" = null ]; then decryption=; else decryption=', "decryption_key": "AQIDBAUGBwgJCgsMDQ4PEA=="'; fi
echo '{"keys": {"encryption_key": "AQIDBAUGBwgJCgsMDQ4PEA=="'"$decryption"'}, "meta": {"external_data": {}}}'
"""
EXTERNAL = """
terraform {
  encryption {
    key_provider "external" "e" {
      command = ["./key.sh"]
    }
    method "aes_gcm" "e" {
      keys = key_provider.external.e
    }
    state {
      method = method.aes_gcm.e
    }
    plan {
      method = method.aes_gcm.e
    }
  }
}
"""


def test_a_key_that_a_program_of_the_stack_gives(bench: Bench, tmp_path: Path) -> None:
    if bench.binary.version < Version("1.10.0.dev0"):
        pytest.skip(f"{bench.binary} has no external key providers")
    files = {"main.tf": STACK, "encryption.tf": EXTERNAL, "key.sh": PROVIDER}
    request = bench.request(write_tree(tmp_path / "s", files))

    assert apply(bench, request) == ResourceCounts(add=1)

    with bench.open(request) as unit:
        state = unit.state()
    assert state is not None
    assert state.outputs["name"].value == "acme"


def test_an_encrypted_state_moves_to_another_place(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    apply(bench, bench.request(stack, (key(KEY),)))
    mark = read_mark(state_of(bench))
    moved = BackendSettings("local", {"path": str(tmp_path / "moved.tfstate")})

    with bench.open(bench.request(stack, (key(KEY),), backend=moved)) as unit:
        with pytest.raises(TerraformError) as caught:
            unit.plan()
        assert caught.value.kind is FailureKind.BACKEND_CHANGED
        migrate_state(unit, mark)
        assert unit.plan().saved is None
        now = unit.mark()
    assert (now and now.lineage) == (mark and mark.lineage)
    with pytest.raises(EncryptedStateError):
        read_state(tmp_path / "moved.tfstate")


NEXT = ENCRYPTION.replace('"now"', '"next"').replace(".now", ".next").replace("var.key", "var.next")
BOTH = (
    NEXT.replace(
        "    state {",
        """    key_provider "pbkdf2" "now" {
      passphrase    = var.key
      hash_function = "sha256"
      iterations    = 200000
    }
    method "aes_gcm" "now" {
      keys = key_provider.pbkdf2.now
    }
    state {
      fallback {
        method = method.aes_gcm.now
      }""",
    )
    + 'variable "next" {\n  sensitive = true\n  type      = string\n}\n'
)
"""The state is written with the next key and may be read with the former one."""


def test_a_key_that_changes_is_changed_in_the_state_though_nothing_else_is(
    bench: Bench, stack: StackTree, tmp_path: Path
) -> None:
    apply(bench, bench.request(stack, (key(KEY),)))
    both = write_tree(tmp_path / "both", {"main.tf": STACK, "encryption.tf": BOTH})
    following = InputValue("next", OTHER, Primitive.STRING, secret=True)

    with bench.open(bench.request(both, (key(KEY), following))) as unit:
        planned = unit.plan()
        assert planned.saved is None
        assert planned.idle is not None
        unit.apply(planned.idle)

    only = BOTH.replace("var.key", '"no longer that one"')
    after = write_tree(tmp_path / "after", {"main.tf": STACK, "encryption.tf": only})
    with bench.open(bench.request(after, (key("unknown by now, and unused"), following))) as unit:
        state = unit.state()
    assert state is not None
    assert state.outputs["name"].value == "acme"


def test_a_stack_without_encryption_keeps_no_plan_that_changes_nothing(bench: Bench, tmp_path: Path) -> None:
    bare = write_tree(tmp_path / "bare", {"main.tf": "locals {}\n"})

    with bench.open(bench.request(bare)) as unit:
        planned = unit.plan()

    assert (planned.saved, planned.idle) == (None, None)


@pytest.mark.parametrize("empty", [False, True])
def test_an_encrypted_state_that_could_not_be_written_is_written_later(
    bench: Bench, stack: StackTree, *, empty: bool
) -> None:
    apply(bench, bench.request(stack, (key(KEY),)))
    before = state_of(bench).read_bytes()
    changed = bench.request(stack, (key(KEY), InputValue("name", "acme2", Primitive.STRING)))
    apply(bench, changed)
    # OpenTofu leaves `errored.tfstate` encrypted, and its `state push` takes none that is.
    (changed.folder.source / stack.module / "errored.tfstate").write_bytes(state_of(bench).read_bytes())
    state_of(bench).unlink() if empty else state_of(bench).write_bytes(before)

    with bench.open(bench.request(stack, (key(OTHER),), run="r1")) as unit:
        with pytest.raises(DiagnosticError, match="can't be decrypted with the key that is given"):
            settle_unsaved(unit, write=True)
        assert unit.workspace.folder.unsaved.exists()
    with bench.open(replace(changed, run="r2")) as unit:
        said = settle_unsaved(unit, write=True)
        state = unit.state()
        assert unit.plan().saved is None

    assert said is not None
    assert state is not None
    assert state.outputs["secret"].value == "secret-acme2"
    assert b"encrypted_data" in state_of(bench).read_bytes()
    left = [path for name in ("*unsaved*", "errored*") for path in bench.root.rglob(name)]
    assert left == []
