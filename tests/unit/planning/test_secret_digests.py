"""Whether secrets are other ones than when a unit was applied."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cellwright.model.applied import AppliedHead, AppliedUnit
from cellwright.model.position import Position
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.unit import Unit
from cellwright.model.value import Json, OutputReference, SecretReference, Template
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import StackFacts
from cellwright.planning.secret_digests import (
    changed_secrets,
    parse_recorded,
    recorded_references,
    secret_digests,
    with_reasons,
    with_secrets,
)

MakeUnit = Callable[..., Unit]
FACTS = StackFacts("tree", "./stacks/app", frozenset({"a", "b", "token"}), ephemeral=frozenset({"token"}))
DB = SecretReference("vault", "db/acme", ("password",))
KEY = SecretReference("ci", "KEY")


def store(**values: Json) -> Callable[[SecretReference, Position], Json]:
    return lambda reference, _position: values[reference.source]


def applied(unit: Unit, digests: dict[str, str]) -> AppliedUnit:
    return AppliedUnit(
        head=AppliedHead(address=unit.address, fingerprint="f"),
        source_digest="s",
        source_label="l",
        backend_digest="b",
        inputs={},
        outputs={},
        recipe={"secrets": digests} if digests else {},
    )


@pytest.fixture(name="app")
def app_fixture(unit: MakeUnit) -> Unit:
    return unit("client/acme/app", {"a": DB, "b": Template(("x", DB, KEY)), "token": KEY, "c": 1})


def test_nothing_is_told_while_the_secrets_are_the_same(app: Unit, digester: Digester) -> None:
    digests = secret_digests(app, FACTS, store(vault="hunter2", ci="k"), digester)
    assert digests.keys() == {"secret.vault.db/acme#password", "secret.ci.KEY"}
    assert "hunter2" not in str(digests)
    assert not list(changed_secrets(app, applied(app, digests), digests))


def test_another_secret_is_told_once_with_its_input_and_place(app: Unit, digester: Digester) -> None:
    before = secret_digests(app, FACTS, store(vault="hunter2", ci="k"), digester)
    now = secret_digests(app, FACTS, store(vault="swordfish", ci="k"), digester)
    (reason,) = changed_secrets(app, applied(app, before), now)
    assert reason.text == "secret.vault.db/acme#password (for a) is another one now"
    assert reason.place == app.inputs["a"].origin.position


def test_a_secret_that_was_not_recorded_counts_as_another_one(app: Unit, digester: Digester) -> None:
    now = secret_digests(app, FACTS, store(vault="hunter2", ci="k"), digester)
    assert len(list(changed_secrets(app, applied(app, {}), now))) == 2


def test_equal_secrets_of_two_units_have_different_digests(unit: MakeUnit, digester: Digester) -> None:
    units = [unit(f"client/{name}/app", {"a": DB}) for name in ("acme", "globex")]
    found = [secret_digests(item, FACTS, store(vault="x"), digester)[str(DB)] for item in units]
    assert found[0] != found[1]


def test_a_secret_of_an_ephemeral_variable_is_no_change_and_is_not_read(
    unit: MakeUnit, digester: Digester
) -> None:
    assert secret_digests(unit("client/acme/app", {"token": DB}), FACTS, store(), digester) == {}


def test_a_plan_is_for_settings_and_secrets() -> None:
    assert with_secrets("f", {}) == "f"
    assert (
        len({with_secrets("f", {"a": "1"}), with_secrets("f", {"a": "2"}), with_secrets("g", {"a": "1"})})
        == 3
    )
    assert with_secrets("f", {"a": "1", "b": "2"}) == with_secrets("f", {"b": "2", "a": "1"})


def test_reasons_make_a_unit_a_changed_one(app: Unit, digester: Digester) -> None:
    settled = UnitStatus(app.address, Status.UP_TO_DATE)
    assert with_reasons(settled, ()) is settled
    now = secret_digests(app, FACTS, store(vault="x", ci="k"), digester)
    reasons = tuple(changed_secrets(app, applied(app, {}), now))
    assert with_reasons(settled, reasons) == replace(settled, status=Status.CHANGED, reasons=reasons)


def test_whole_references_are_recorded_as_they_are_and_nothing_else(unit: MakeUnit) -> None:
    network = OutputReference(unit("base/prod/network", {}).address, "key")
    app = unit("client/acme/app", {"a": DB, "b": Template(("x", DB)), "c": network, "d": "plain", "e": [KEY]})
    found = recorded_references(app)
    assert found == {"a": "secret.vault.db/acme#password"}
    assert parse_recorded(found["a"]) == DB
    assert parse_recorded("secret.aws./prod/db.main") == SecretReference("aws", "/prod/db.main")
