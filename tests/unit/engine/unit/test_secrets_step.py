"""A unit that takes secrets: planned when one changes, and destroyed with what its references name now."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from cellwright.engine.unit.evaluation import NoTask, UnitTask
from cellwright.engine.unit.orphan import secret_inputs_of
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import BroughtPlan
from cellwright.engine.unit.step import TerraformStep
from cellwright.ledger.leases import Lease
from cellwright.model.position import Position
from cellwright.model.runs.run import Operation, Outcome, Run, RunUnit
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.value import SecretReference, Template, Value
from cellwright.secrets.reader import SecretReader
from cellwright.secrets.source import Content, SecretFault
from unit.engine.kit import APP, PART, RUN, Bench, make_run, make_unit, whole

DB = SecretReference("vault", "db", ("password",))
GONE = RunUnit(APP, Operation.DESTROY)


@dataclass
class Vault:
    """A source whose one secret is set by the test."""

    password: str | None = "hunter2"
    opened: list[str] = field(default_factory=list)

    def reader(self) -> SecretReader:
        """As each run has one of its own."""
        declared = {"vault": SecretSettings(name="vault", type="vault", position=Position("fleet.yaml"))}
        return SecretReader(declared, lambda _settings: self)

    def read(self, name: str) -> Content:
        self.opened.append(name)
        if self.password is None:
            raise SecretFault("there is none", "store it")
        return {"password": self.password}


@pytest.fixture(name="vault")
def vault_fixture() -> Vault:
    return Vault()


@pytest.fixture(name="step")
def step_fixture(bench: Bench, vault: Vault) -> Callable[..., TerraformStep]:
    """Makes the step of a run of its own."""

    def make(run: Run | None = None, *, begin: bool = True, **more: Any) -> TerraformStep:  # noqa: ANN401  as `Bench.step`
        step = bench.step(run, begin=begin, **more)
        step.evaluator = replace(bench.evaluator(), secrets=vault.reader())
        return step

    return make


def set_password(bench: Bench, value: Value = DB) -> None:
    bench.units[APP] = make_unit(inputs={"password": value})


def run(number: int, *parts: RunUnit) -> Run:
    return make_run(*parts, run_id=f"20261122-214812-000{number}")


def test_another_secret_is_a_change_and_the_same_one_is_none(
    bench: Bench, vault: Vault, step: Callable[..., TerraformStep]
) -> None:
    set_password(bench)
    assert whole(step()).outcome is Outcome.APPLIED
    assert whole(step(run(1))).outcome is Outcome.UNCHANGED
    vault.password = "swordfish"
    assert whole(step(run(2))).outcome is Outcome.APPLIED
    assert whole(step(run(3))).outcome is Outcome.UNCHANGED

    applied = bench.ledger.reader.applied([APP])[APP]
    assert "hunter2" not in str(applied)
    assert "swordfish" not in str(applied)
    assert applied.recipe["references"] == {"password": "secret.vault.db#password"}
    assert applied.inputs["password"].sensitive


def test_a_secret_that_is_gone_fails_its_unit_and_says_where_it_is_named(
    bench: Bench, vault: Vault, step: Callable[..., TerraformStep]
) -> None:
    set_password(bench)
    vault.password = None
    result = whole(step())
    assert result.outcome is Outcome.FAILED
    assert [str(item) for item in result.diagnostics] == [
        "clients/acme.yaml:5:3: error: secret.vault.db#password can't be read: there is none; store it"
    ]
    assert "open" not in str(bench.terraform.log), "no Terraform was started"


def test_a_plan_that_waited_while_the_secret_changed_is_made_again(
    bench: Bench, vault: Vault, step: Callable[..., TerraformStep]
) -> None:
    set_password(bench)
    assert isinstance(step(asks=True).plan(PART), Planned)
    lease = bench.ledger.reader.lease_holders()[APP]
    bench.ledger.leases.release(Lease(APP, lease.holder, lease.fencing, lease.expires))
    bench.terraform.log.clear()
    vault.password = "swordfish"
    assert isinstance(step(begin=False, asks=True).plan(PART), Planned)
    assert "plan" in bench.terraform.log
    assert f"reuse {RUN}.1" not in bench.terraform.log


def test_a_saved_plan_with_another_secret_is_refused(
    bench: Bench, vault: Vault, step: Callable[..., TerraformStep]
) -> None:
    set_password(bench)
    task = replace(bench.evaluator(), secrets=vault.reader()).evaluate(PART)
    assert isinstance(task, UnitTask)
    saved = BroughtPlan(Path("kept.tfplan"), task.plan_fingerprint)
    vault.password = "swordfish"
    result = whole(step(brought=lambda _unit: saved))
    assert result.outcome is Outcome.FAILED
    vault.password = "hunter2"
    assert whole(step(run(1), brought=lambda _unit: saved)).outcome is Outcome.APPLIED


def test_a_blocked_unit_reads_no_secret(bench: Bench, vault: Vault) -> None:
    set_password(bench)
    unit = bench.units[APP]
    bench.units[APP] = replace(unit, needs=(replace(APP, cell="other"),))
    found = replace(bench.evaluator(), secrets=vault.reader()).evaluate(PART)
    assert isinstance(found, NoTask)
    assert vault.opened == []


@pytest.mark.parametrize("still_there", [True, False])
def test_a_destroy_reads_again_what_the_recorded_reference_names(
    bench: Bench,
    vault: Vault,
    step: Callable[..., TerraformStep],
    still_there: bool,  # noqa: FBT001
) -> None:
    set_password(bench)
    whole(step())
    vault.password = "swordfish"
    if still_there:
        bench.units[APP] = make_unit(inputs={}, enabled=False)
    else:
        del bench.units[APP]

    task = replace(bench.evaluator(), secrets=vault.reader()).evaluate(GONE)
    assert isinstance(task, UnitTask)
    assert task.unit.inputs["password"].value == DB
    assert whole(step(run(1, GONE)), GONE).outcome is Outcome.APPLIED


def test_a_destroy_without_its_secret_says_what_to_do(
    bench: Bench, vault: Vault, step: Callable[..., TerraformStep]
) -> None:
    set_password(bench)
    whole(step())
    vault.password = None
    del bench.units[APP]
    result = whole(step(run(1, GONE)), GONE)
    assert result.outcome is Outcome.FAILED
    assert "secret.vault.db#password can't be read" in result.diagnostics[0].summary
    assert result.diagnostics[1].detail.startswith("keep each under its name")


def test_a_text_around_a_secret_is_not_recorded(bench: Bench, step: Callable[..., TerraformStep]) -> None:
    set_password(bench, Template(("postgres://other-secret:", DB, "@host")))
    whole(step())
    applied = bench.ledger.reader.applied([APP])[APP]
    assert "other-secret" not in str(applied)
    assert not secret_inputs_of(applied)
