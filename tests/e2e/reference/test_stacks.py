"""Every reference stack on the real Terraform, with the real AWS provider, in the sandbox.

With the values that the reference fleet gives it each stack is applied, planned again without changes,
changed and destroyed; units that don't depend on each other side by side, since Terraform mostly waits.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from cellwright.fleet.fleet import Fleet
from cellwright.model.address import UnitAddress
from cellwright.model.unit import Unit
from cellwright.model.value import Json
from cellwright.sandbox.process import Sandbox, start_sandbox
from e2e.reference.fleet import fleet_with_client, settled
from e2e.reference.terraform import Terraform, terraform_environment

pytestmark = [pytest.mark.aws, pytest.mark.terraform, pytest.mark.timeout(600)]

CHANGED: Mapping[str, Mapping[str, Json]] = {
    "network": {"nat_gateways": "per_zone"},
    "ecs": {"container_insights": "disabled", "log_retention_days": 365},
    "foundation": {"log_retention_days": 3653, "encrypt_logs": True},
    "app": {"replicas": 7, "image": "example.com/app:2", "settings": {"LOG_LEVEL": "debug"}, "port": 9000},
    "sftp": {"folders": ["incoming"], "partner_cidrs": ["198.51.100.0/24"]},
}
"""What the second apply changes in each stack."""


class Round:
    """The units of a fleet, and what has come out of them."""

    def __init__(self, fleet: Fleet, folder: Path, environment: Mapping[str, str]) -> None:
        self.units = {address: unit for address, unit in fleet.units.items() if unit.enabled}
        self.root = fleet.root
        self.folder = folder
        self.environment = environment
        self.runs: dict[UnitAddress, Terraform] = {}
        self.outputs: dict[UnitAddress, dict[str, Json]] = {}

    def apply(self, unit: Unit) -> None:
        stack = self.root / unit.stack.source
        name = str(unit.address).replace("/", "-")
        run = Terraform.of_stack(stack, self.folder / name, self.environment)
        self.runs[unit.address] = run
        run.apply(self.inputs(unit))
        assert not run.plans_changes()
        self.outputs[unit.address] = run.outputs()

    def change(self, unit: Unit) -> None:
        run = self.runs[unit.address]
        said = run.apply({**self.inputs(unit), **CHANGED[unit.address.stack]})
        assert "0 added, 0 changed, 0 destroyed" not in said

    def destroy(self, unit: Unit) -> None:
        run = self.runs[unit.address]
        run.destroy()
        assert run.resources() == []

    def inputs(self, unit: Unit) -> dict[str, Json]:
        return {name: settled(given.value, self.outputs) for name, given in unit.inputs.items()}

    def everywhere(
        self, step: Callable[[Unit], None], before: Mapping[UnitAddress, frozenset[UnitAddress]]
    ) -> None:
        """Take a step in every unit, each as soon as those that come `before` it are done."""
        with ThreadPoolExecutor(len(self.units)) as threads:
            done: dict[UnitAddress, Future[None]] = {}

            def wait_and_step(unit: Unit) -> None:
                for address in before[unit.address]:
                    done[address].result()
                step(unit)

            for address in ordered(before):
                done[address] = threads.submit(wait_and_step, self.units[address])
            for future in done.values():
                future.result()


def ordered(before: Mapping[UnitAddress, frozenset[UnitAddress]]) -> Iterator[UnitAddress]:
    """Yield each unit after all that come before it."""
    left = dict(before)
    while left:
        free = [address for address, waits in left.items() if not waits & left.keys()]
        yield from free
        for address in free:
            del left[address]


@pytest.fixture(name="sandbox")
def sandbox_fixture(tmp_path: Path) -> Iterator[Sandbox]:
    with start_sandbox(tmp_path / "sandbox") as sandbox:
        yield sandbox


def test_every_stack_applies_settles_changes_and_goes_without_a_trace(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    fleet = fleet_with_client(tmp_path / "fleet")
    assert fleet.diagnostics == ()
    work = Round(fleet, tmp_path, terraform_environment(tmp_path, sandbox.environment))
    assert {address.stack for address in work.units} == set(CHANGED)
    upstreams = {address: unit.upstreams() for address, unit in work.units.items()}
    downstreams = {
        address: frozenset(other for other, waits in upstreams.items() if address in waits)
        for address in upstreams
    }

    work.everywhere(work.apply, upstreams)
    work.everywhere(work.change, upstreams)
    work.everywhere(work.destroy, downstreams)

    assert "NotEmulated" not in sandbox.log.read_text()
    assert "Traceback" not in sandbox.log.read_text()
