"""A look at secrets: which were rotated since they were applied; what only looks at settings reads none."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.history.rekey import rekey
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.session.session import FleetSession
from cellwright.app.status.status import StatusRequest, status
from cellwright.engine.unit.orphan import recipe_of
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from cellwright.planning.fingerprint import ingredients
from cellwright.planning.secret_digests import secret_digests
from unit.app.kit import ADA, NOBODY, applied_event, make_fleet, make_run, open_session

APP = UnitAddress("client", "acme", "app")
FLEET = """\
fleet: trial
secrets:
  ci: {type: environment, allow: ["TOKEN_${cell.name}"]}
levels:
  - name: client
    cells: clients
    stacks:
      app: {source: ./app}
"""
STACK = """
variable "token" {
  type      = string
  sensitive = true
}
"""
APPLIED = "hunter2"
CELL = "stacks: {app: {token: '${secret.ci.TOKEN_${cell.name}}'}}\n"


def session(root: Path, token: str | None = APPLIED) -> FleetSession:
    environment = {**NOBODY, **({"TOKEN_acme": token} if token is not None else {})}
    return FleetSession(replace(open_session(root).location, environment=environment))


@pytest.fixture(name="root")
def root_fixture(tmp_path: Path) -> Path:
    """A fleet whose one unit was applied with the secret as it is in `session`."""
    make_fleet(tmp_path, acme=CELL)
    (tmp_path / "fleet.yaml").write_text(FLEET)
    (tmp_path / "app").mkdir()
    (tmp_path / "app/main.tf").write_text(STACK)
    with session(tmp_path) as opened:
        fleet = opened.open(writing=True)
        unit, digester = fleet.fleet.units[APP], fleet.digester
        facts = fleet.stacks.facts(unit.stack)
        found = ingredients(unit, facts, {}, digester)
        secrets = secret_digests(unit, facts, fleet.secrets.value, digester)
        run = replace(make_run("run-1"), units=(RunUnit(APP, Operation.APPLY),))
        fleet.ledger.recorder.start_run(run)
        applied = AppliedUnit(
            head=AppliedHead(address=APP, fingerprint=found.fingerprint(digester)),
            source_digest=found.source_digest,
            source_label="./app",
            backend_digest=found.backend_digest,
            inputs={
                name: AppliedInput(item.digest, item.sensitive, item.value)
                for name, item in found.inputs.items()
            },
            outputs={},
            recipe={**recipe_of(unit, {}, digester), "secrets": secrets},
        )
        result = UnitResult(APP, Outcome.APPLIED)
        fleet.ledger.recorder.record_applied(applied, result, run.id, applied_event(run.id))
    return tmp_path


def look(opened: FleetSession, *, secrets: bool = True) -> UnitStatus:
    with opened:
        (found,) = status(opened, StatusRequest(secrets=secrets)).units
        return found


def chosen(opened: FleetSession) -> bool:
    """Whether an apply would take the unit up."""
    with opened:
        return bool(choose_units(opened.open(), Selection()).parts)


def test_the_same_secret_is_no_change(root: Path) -> None:
    assert look(session(root)).status is Status.UP_TO_DATE
    assert not chosen(session(root))


def test_another_one_is_and_not_shown(root: Path) -> None:
    found = look(session(root, "swordfish"))
    assert found.status is Status.CHANGED
    (reason,) = found.reasons
    assert reason.summary == "secret.ci.TOKEN_acme (for token) is another one now (clients/acme.yaml:1)"
    assert chosen(session(root, "swordfish"))


def test_without_being_asked_nobody_looks(root: Path) -> None:
    for token in ("swordfish", None):
        assert look(session(root, token), secrets=False).status is Status.UP_TO_DATE


def test_a_secret_that_can_not_be_read_makes_its_unit_no_more_up_to_date(root: Path) -> None:
    found = look(session(root, None))
    assert found.status is Status.CHANGED
    assert "secret.ci.TOKEN_acme can't be read" in found.reasons[0].summary
    assert "clients/acme.yaml:1" in found.reasons[0].summary
    assert chosen(session(root, None))


def test_a_new_key_makes_no_secret_another_one(root: Path) -> None:
    with session(root) as opened:
        rekey(opened, ADA, "yearly")
    assert look(session(root)).status is Status.UP_TO_DATE
    assert look(session(root, "swordfish")).status is Status.CHANGED


def test_a_lost_key_makes_every_secret_an_unknown_one(root: Path) -> None:
    (root / ".cellwright/key").unlink()
    with session(root) as opened:
        rekey(opened, ADA, "lost", lost=True)
    assert look(session(root)).status is Status.CHANGED
