"""A new key for the ledger's digests makes no unit a change; a lost one makes none without saying so."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest

from cellwright.app.history.rekey import rekey
from cellwright.app.session.session import FleetSession
from cellwright.app.status.status import StatusRequest, status
from cellwright.engine.unit.intent import recorded
from cellwright.engine.unit.orphan import recipe_of
from cellwright.ledger.database.sql import text
from cellwright.ledger.key import VARIABLE, find_key
from cellwright.ledger.leases import Holder
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, RecordedOutput
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from cellwright.planning.binding import output_scope
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import ingredients
from cellwright.planning.secret_digests import secret_scope
from unit.app.kit import ADA, NOBODY, applied_event, ledger_of, make_fleet, make_run, open_session

FLEET = """\
fleet: trial
levels:
  - name: client
    cells: clients
    stacks:
      key: {source: ./key}
      app: {source: ./app}
"""
KEY = """
output "secret" {
  value     = "k"
  sensitive = true
}
"""
APP = """
variable "size" { default = 1 }
variable "password" {
  type      = string
  sensitive = true
}
variable "taken" {
  type      = string
  sensitive = true
}
"""
CELL = """\
stacks:
  app: {password: hunter2, taken: "x-${output.key.secret}"}
"""
UNITS = tuple(UnitAddress("client", cell, stack) for cell in ("acme", "globex") for stack in ("app", "key"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A fleet of two clients with the same secrets, all applied."""
    make_fleet(tmp_path, acme=CELL, globex=CELL)
    (tmp_path / "fleet.yaml").write_text(FLEET)
    for name, content in (("key", KEY), ("app", APP)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(content)
    record(tmp_path)
    return tmp_path


def record(root: Path, *, old: bool = False) -> None:
    """Record every unit as applied, as a Cellwright of today or an old one does."""
    with open_session(root) as session:
        fleet = session.open(writing=True)
        digester = replace(fleet.digester, scoped=not old)
        outputs: dict[UnitAddress, Mapping[str, RecordedOutput]] = {}
        for address in sorted(UNITS, key=lambda item: item.stack, reverse=True):
            unit = fleet.fleet.units[address]
            found = ingredients(unit, fleet.stacks.facts(unit.stack), outputs, digester)
            outputs[address] = (
                {"secret": recorded("k", digester, output_scope(address, "secret"))}
                if address.stack == "key"
                else {}
            )
            run = replace(make_run(f"run-{token_hex(4)}"), units=(RunUnit(address, Operation.APPLY),))
            fleet.ledger.recorder.start_run(run)
            fleet.ledger.recorder.record_applied(
                AppliedUnit(
                    head=AppliedHead(address=address, fingerprint=found.fingerprint(digester)),
                    source_digest=found.source_digest,
                    source_label="./stack",
                    backend_digest=found.backend_digest,
                    inputs={
                        name: AppliedInput(item.digest, item.sensitive, item.value)
                        for name, item in found.inputs.items()
                    },
                    outputs=outputs[address],
                    recipe={
                        **recipe_of(unit, outputs, digester),
                        "source_digest": found.source_digest,
                        "secrets": {"secret.x.y": digester.keyed("v", *secret_scope(address, "secret.x.y"))},
                    },
                ),
                UnitResult(address, Outcome.APPLIED),
                run.id,
                applied_event(run.id),
            )
        if old:
            with fleet.ledger.database.write() as connection:
                connection.execute(text("DELETE FROM bindings WHERE name = 'digests'"))


def statuses(root: Path) -> dict[UnitAddress, UnitStatus]:
    with open_session(root) as session:
        return {item.address: item for item in status(session, StatusRequest()).units}


def kinds(root: Path) -> set[Status]:
    return {item.status for item in statuses(root).values()}


def digests(root: Path) -> list[str]:
    """Every digest of a secret that is recorded."""
    with ledger_of(root) as ledger:
        found = ledger.reader.applied(None).values()
    inputs = [item.digest for unit in found for item in unit.inputs.values() if item.sensitive]
    outputs = [item.digest for unit in found for item in unit.outputs.values() if item.sensitive]
    return sorted(part for digest in inputs + outputs for part in digest.split("+"))


@contextmanager
def session_with(root: Path, environment: Mapping[str, str]) -> Iterator[FleetSession]:
    location = replace(open_session(root).location, environment={**NOBODY, **environment})
    with FleetSession(location) as session:
        yield session


def test_equal_secrets_of_two_clients_do_not_look_equal(root: Path) -> None:
    assert kinds(root) == {Status.UP_TO_DATE}
    own = digests(root)
    # Each client has a password, a template and an output, which also stands beside the template.
    assert len(own) == 8
    assert len(set(own)) == 6


def test_a_new_key_changes_every_digest_and_no_unit(root: Path) -> None:
    before = digests(root)
    for _ in range(2):
        with open_session(root) as session:
            assert rekey(session, ADA, "yearly").lost == ()
        assert kinds(root) == {Status.UP_TO_DATE}
        assert not set(before) & set(digests(root))
    (root / "clients/acme.yaml").write_text(CELL.replace("hunter2", "swordfish"))
    changed = {address for address, item in statuses(root).items() if item.status is Status.CHANGED}
    assert changed == {UnitAddress("client", "acme", "app")}
    with ledger_of(root) as ledger:
        assert [item.action for item in ledger.reader.latest_events(2)] == ["ledger.rekeyed"] * 2


def test_a_ledger_of_an_older_version_is_compared_as_before_and_renewed(root: Path) -> None:
    record(root, old=True)
    assert kinds(root) == {Status.UP_TO_DATE}
    assert len(set(digests(root))) == 3
    with open_session(root) as session:
        rekey(session, ADA, "")
    assert kinds(root) == {Status.UP_TO_DATE}
    assert len(set(digests(root))) == 6


def test_an_older_ledger_is_not_renewed_where_settings_can_not_be_had(root: Path) -> None:
    record(root, old=True)
    before = digests(root)
    (root / "clients/acme.yaml").write_text(CELL.replace("x-", "y-"))
    with open_session(root) as session, pytest.raises(DiagnosticError, match="client/acme/app; apply them"):
        rekey(session, ADA, "")
    assert digests(root) == before
    assert statuses(root)[UnitAddress("client", "globex", "app")].status is Status.UP_TO_DATE


def test_a_missing_key_is_told_and_not_made_anew(root: Path) -> None:
    (root / ".cellwright/key").unlink()
    with open_session(root) as session, pytest.raises(DiagnosticError, match="is missing: without it"):
        status(session, StatusRequest())
    with open_session(root) as session, pytest.raises(DiagnosticError, match="rekey --lost-key"):
        session.open(writing=True)
    assert not (root / ".cellwright/key").exists()


def test_after_a_lost_key_only_units_with_secrets_are_changed_and_say_why(root: Path) -> None:
    (root / "fleet.yaml").write_text(FLEET + "      plain: {source: ./plain}\n")
    os.mkdir(root / "plain")  # noqa: PTH102
    (root / "plain/main.tf").write_text('variable "size" { default = 1 }')
    (root / ".cellwright/key").unlink()
    with open_session(root) as session:
        found = rekey(session, ADA, "gone", lost=True)
    assert found.lost == UNITS
    for item in statuses(root).values():
        if item.address.stack != "plain":
            assert item.status is Status.CHANGED
            assert [reason.summary for reason in item.reasons] == [
                "its sensitive values can't be compared: they were recorded with a key that is lost"
            ]
    record(root)
    assert Status.CHANGED not in kinds(root)


def test_the_digests_of_secrets_from_elsewhere_are_renewed_too(root: Path) -> None:
    with open_session(root) as session:
        rekey(session, ADA, "")
        fleet = session.open()
        for address, unit in fleet.ledger.reader.applied(None).items():
            now = fleet.digester.keyed("v", *secret_scope(address, "secret.x.y"))
            assert unit.recipe["secrets"] == {"secret.x.y": now}


def test_a_key_that_is_here_is_not_lost(root: Path) -> None:
    with open_session(root) as session, pytest.raises(DiagnosticError, match="is not lost"):
        rekey(session, ADA, "", lost=True)


def test_a_key_from_the_environment_is_added_to_by_hand(root: Path) -> None:
    key = find_key(root / ".cellwright", {})
    assert key is not None
    with (
        session_with(root, {VARIABLE: key.secret.hex()}) as session,
        pytest.raises(DiagnosticError, match="openssl rand -hex 32"),
    ):
        rekey(session, ADA, "")
    with session_with(root, {VARIABLE: f"{key.secret.hex()},{'ab' * 32}"}) as session:
        session.open()  # it is not in use yet
        rekey(session, ADA, "")
    with open_session(root) as session, pytest.raises(DiagnosticError, match="take the key from there"):
        session.open()


def test_nobody_may_be_at_work(root: Path) -> None:
    with ledger_of(root) as ledger:
        ledger.leases.acquire(UNITS[0], Holder("h", 1, "s", "run-1"), 60)
    with (
        open_session(root) as session,
        pytest.raises(DiagnosticError, match="run-1 is at work on client/acme"),
    ):
        rekey(session, ADA, "")
    assert kinds(root) == {Status.UP_TO_DATE}


def test_what_is_not_in_use_yet_is_taken_next(root: Path) -> None:
    """A process that was killed between the key's file and the ledger has lost nothing."""
    with ledger_of(root) as ledger:
        ledger.leases.acquire(UNITS[0], Holder("h", 1, "s", "run-1"), 60)
        with open_session(root) as session, pytest.raises(DiagnosticError):
            rekey(session, ADA, "")
        left = find_key(root / ".cellwright", {})
        with ledger.database.write() as connection:
            connection.execute(text("DELETE FROM leases"))
    assert left is not None
    assert len(left.later) == 1
    with open_session(root) as session:
        rekey(session, ADA, "")
    assert find_key(root / ".cellwright", {}) == left
    assert kinds(root) == {Status.UP_TO_DATE}


def test_digests_of_a_ledger_that_is_not_there_need_no_key(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    with open_session(tmp_path) as session:
        assert session.open().digester == Digester(b"\0")
        with pytest.raises(DiagnosticError, match="nothing to do"):
            rekey(session, ADA, "")
