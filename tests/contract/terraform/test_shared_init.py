"""One `init` for the units of a stack, on the real binaries: the same results with it and without it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import ResourceCounts
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.shared_inits import SharedInits
from cellwright.terraform.workspace.unit_folder import UnitFolder
from e2e.kit.state_server import StateServer, state_server
from unit.terraform.kit import Bench, plain, write_tree

pytestmark = pytest.mark.terraform

MAIN = """
variable "name" { type = string }
module "inner" {
  source = "./inner"
  name   = var.name
}
output "name" { value = module.inner.name }
"""
INNER = """
variable "name" { type = string }
resource "terraform_data" "x" { input = var.name }
output "name" { value = terraform_data.x.output }
"""
MODULE = {"main.tf": MAIN, "inner/main.tf": INNER}


@dataclass
class Units:
    """Units of one stack, each of its own cell."""

    bench: Bench
    tree: StackTree
    backend: Callable[[str], BackendSettings] = lambda _: BackendSettings("local", {})
    environment: dict[str, str] = field(default_factory=dict)

    def request(self, name: str, run: str = "r1") -> UnitRequest:
        request = self.bench.request(self.tree, plain(name=name), run=run, backend=self.backend(name))
        return replace(
            request,
            address=UnitAddress("client", name, "app"),
            folder=UnitFolder(self.bench.root / "work" / name),
            log=self.bench.root / "logs" / run / f"{name}.log",
            environment=self.environment,
        )

    def open(self, name: str, run: str = "r1") -> UnitTerraform:
        return self.bench.open(self.request(name, run))

    def apply(self, name: str, run: str = "r1") -> ResourceCounts:
        """Plan and apply, and see that the state is the unit's own."""
        with self.open(name, run) as unit:
            planned = unit.plan()
            assert planned.saved is not None
            counts = unit.apply(planned.saved).counts
            state = unit.state()
        assert state is not None
        assert state.outputs["name"].value == name
        return counts

    def commands(self, name: str, run: str = "r1") -> list[str]:
        """The commands that were started for a unit, but for `show`, with which plans are compared."""
        lines = self.request(name, run).log.read_text().splitlines()
        found = [line.split("$ ")[1].split()[1] for line in lines if "$ " in line]
        return [command for command in found if command != "show"]

    def data(self, name: str) -> Path:
        return self.request(name).folder.source / ".terraform"


@pytest.fixture
def units(bench: Bench, tmp_path: Path) -> Units:
    return Units(bench, write_tree(tmp_path / "stack", MODULE))


@pytest.fixture
def server() -> Iterator[StateServer]:
    with state_server() as found:
        yield found


def test_a_second_unit_takes_over_what_init_has_left(units: Units) -> None:
    assert units.apply("one") == units.apply("two") == ResourceCounts(add=1)

    assert units.commands("one") == ["init", "plan", "apply"]
    assert units.commands("two") == ["plan", "apply"]
    own, taken = (json.loads((units.data(name) / "terraform.tfstate").read_text()) for name in ("one", "two"))
    for found in (own, taken):
        del found["backend"]["config"]["path"], found["backend"]["hash"]
        for name in ("serial", "lineage"):  # an older OpenTofu writes them
            found.pop(name, None)
    own.pop("terraform_version", None)
    taken.pop("terraform_version", None)
    assert own == taken

    # Another command, with what is on the disk.
    units.bench.inits = SharedInits(units.bench.inits.folder)
    units.apply("three")
    assert units.commands("three") == ["plan", "apply"]

    # Another source: only one of its units runs `init`.
    units.tree = write_tree(units.tree.folder, {**MODULE, "more.tf": 'output "more" { value = 1 }\n'})
    for name in ("one", "two"):
        with units.open(name, "r2") as unit:
            assert unit.plan().summary.outputs == ("more",)
    assert units.commands("one", "r2") == ["init", "plan"]
    assert units.commands("two", "r2") == ["plan"]


def test_what_is_remembered_may_be_damaged_or_gone(units: Units) -> None:
    units.apply("one")
    (file,) = units.bench.inits.folder.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    units.bench.inits = SharedInits(units.bench.inits.folder)
    units.apply("two")
    assert units.commands("two") == ["init", "plan", "apply"]


def test_a_folder_that_names_another_place_is_refused_by_the_program(units: Units) -> None:
    units.apply("one")
    with units.open("two") as unit:
        unit.init()
        assert units.commands("two") == []
        taken = units.data("two") / "terraform.tfstate"
        taken.write_text(taken.read_text().replace("two", "one"))

        with pytest.raises(TerraformError) as caught:
            unit.plan()

    assert caught.value.kind is FailureKind.BACKEND_CHANGED
    assert units.commands("two") == ["plan", "init"]


def test_what_init_would_have_said_is_said(units: Units, server: StateServer) -> None:
    units.backend = lambda name: BackendSettings(
        "http", {"address": f"http://127.0.0.1:{server.port}/{name}", "retry_max": 0}
    )
    units.apply("one")
    units.apply("two")
    assert units.commands("two") == ["plan", "apply", "state"]
    server.states["/three"] = b"no state"

    with units.open("three") as unit, pytest.raises(TerraformError):
        unit.plan()

    assert units.commands("three") == ["plan", "init"]


def test_backends_with_secrets_or_of_other_kinds_are_initialised_alone(
    units: Units, server: StateServer
) -> None:
    units.backend = lambda name: BackendSettings("inmem", {"lock_id": name})
    for name in ("one", "two"):
        with units.open(name) as unit:
            unit.init()
        assert units.commands(name) == ["init"]
    units.backend = lambda name: BackendSettings(
        "http", {"address": f"http://127.0.0.1:{server.port}/{name}", "password": "hunter2hunter2"}
    )
    for name in ("three", "four"):
        with units.open(name) as unit:
            unit.init()
        assert units.commands(name) == ["init"]
