"""Passkeys, authenticator apps, identities and steps in the ledger: each code once, each step once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.ledger.people.authenticators import AuthenticatorRecord
from cellwright.ledger.people.identities import IdentityRecord
from cellwright.ledger.people.passkeys import PasskeyRecord
from cellwright.ledger.people.people import People
from cellwright.ledger.people.records import Person
from cellwright.ledger.people.steps import Step, StepKind
from cellwright.model.diagnostic import DiagnosticError
from contract.ledger.conftest import SetClock

ADA = Person(id="p_ada", login="ada", name="Ada", email="ada@example.com", created_by="test")
BOB = Person(id="p_bob", login="bob", name="Bob", created_by="test")
KEY = PasskeyRecord(
    id="k", person="p_ada", public_key="pk", sign_count=1, transports=("internal", "usb"), name="laptop"
)
AT_WORK = IdentityRecord(issuer="https://login.example.com", subject="7")


def event(action: str = "trial.done") -> EventDraft:
    return EventDraft("ada", action, "person:ada")


@pytest.fixture
def people(ledger: Ledger) -> People:
    for person in (ADA, BOB):
        ledger.people.directory.add(person, [], [event()])
    return ledger.people


def actions(ledger: Ledger) -> list[str]:
    return [item.action for item in ledger.reader.events()]


def test_passkeys(people: People, ledger: Ledger) -> None:
    people.passkeys.add(KEY, event("passkey.added"))
    found = people.passkeys.find("k")
    assert found is not None
    assert replace(found, created_at="") == KEY
    assert people.passkeys.of("p_ada") == (found,)
    assert people.passkeys.of("p_bob") == ()
    with pytest.raises(DiagnosticError, match="known already"):
        people.passkeys.add(replace(KEY, person="p_bob"), event("passkey.added"))

    assert people.passkeys.use(found, 5)
    assert not people.passkeys.use(found, 6)  # by what was known before
    after = people.passkeys.find("k")
    assert after is not None
    assert (after.sign_count, after.used is not None) == (5, True)

    assert not people.passkeys.remove("p_bob", "k", event("passkey.removed"))
    assert people.passkeys.remove("p_ada", "k", event("passkey.removed"))
    assert people.passkeys.find("k") is None
    assert actions(ledger)[-2:] == ["passkey.added", "passkey.removed"]


def confirmed(people: People, step: int = 100) -> AuthenticatorRecord:
    assert people.authenticators.begin("p_ada", "sealed")
    app = people.authenticators.of("p_ada")
    assert app is not None
    assert not app.confirmed
    assert people.authenticators.confirm("p_ada", app, step, ["d1", "d2"], event("totp.added"))
    return app


def test_an_app_counts_once_it_is_confirmed(people: People, ledger: Ledger) -> None:
    people.authenticators.begin("p_ada", "first")
    assert not people.authenticators.take("p_ada", 100)
    assert not people.authenticators.remove("p_ada", event())
    before = people.authenticators.of("p_ada")
    assert before is not None
    app = confirmed(people)  # a new secret takes the place of one that was not confirmed
    assert not people.authenticators.confirm("p_ada", before, 100, [], event())
    assert not people.authenticators.confirm("p_ada", app, 100, [], event())
    assert not people.authenticators.begin("p_ada", "another")
    assert actions(ledger)[-1] == "totp.added"
    assert "sealed" not in repr(app)


def test_a_code_counts_once(people: People) -> None:
    confirmed(people, 100)
    assert not people.authenticators.take("p_ada", 100)
    assert not people.authenticators.take("p_ada", 99)
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: people.authenticators.take("p_ada", 101), range(4)))
    assert taken.count(True) == 1
    assert not people.authenticators.take("p_bob", 101)


def test_a_recovery_code_counts_once(people: People, ledger: Ledger) -> None:
    confirmed(people)
    apps = people.authenticators
    assert apps.recovery_codes_left("p_ada") == 2
    assert not apps.take_recovery_code("p_bob", "d1", event("totp.recovery_code_used"))
    assert apps.take_recovery_code("p_ada", "d1", event("totp.recovery_code_used"))
    assert not apps.take_recovery_code("p_ada", "d1", event("totp.recovery_code_used"))
    assert apps.recovery_codes_left("p_ada") == 1
    apps.replace_recovery_codes("p_ada", ["d3", "d4", "d5"], event("totp.recovery_codes_made"))
    assert not apps.take_recovery_code("p_ada", "d2", event())
    assert apps.recovery_codes_left("p_ada") == 3
    assert actions(ledger)[-2:] == ["totp.recovery_code_used", "totp.recovery_codes_made"]


def test_an_app_is_removed_with_its_recovery_codes(people: People) -> None:
    app = confirmed(people)
    people.authenticators.reseal("p_ada", app.secret, "sealed anew")
    found = people.authenticators.of("p_ada")
    assert found is not None
    assert (found.secret, found.confirmed, found.last_step) == ("sealed anew", True, 100)
    assert people.authenticators.remove("p_ada", event())
    assert people.authenticators.of("p_ada") is None
    assert people.authenticators.recovery_codes_left("p_ada") == 0


def test_identities(people: People, ledger: Ledger) -> None:
    eve = Person(id="p_eve", login="eve", name="Eve", created_by="sso")
    people.identities.add_person(eve, AT_WORK, [event("person.added"), event("person.linked")])
    found = people.identities.find(AT_WORK.issuer, "7")
    assert found is not None
    assert found.id == "p_eve"
    assert people.identities.find(AT_WORK.issuer, "8") is None
    assert people.identities.find("https://other.example.com", "7") is None
    people.identities.use(AT_WORK.issuer, "7")
    (record,) = people.identities.of("p_eve")
    assert (record.subject, record.used is not None) == ("7", True)

    with pytest.raises(DiagnosticError, match="is somebody's already"):
        people.identities.link("p_ada", AT_WORK, event())
    assert not people.identities.unlink("p_ada", AT_WORK, event())
    assert people.identities.unlink("p_eve", AT_WORK, event("person.unlinked"))
    people.identities.link("p_ada", AT_WORK, event("person.linked"))
    assert actions(ledger)[-4:] == ["person.added", "person.linked", "person.unlinked", "person.linked"]


def test_nobody_is_added_halfway(people: People) -> None:
    people.identities.link("p_ada", AT_WORK, event())
    for person in (
        Person(id="p_eve", login="eve", name="Eve", created_by="sso"),  # its identity is Ada's
        Person(id="p_eve", login="bob", name="Eve", created_by="sso"),
        Person(id="p_eve", login="eve", name="Eve", email="ada@example.com", created_by="sso"),
    ):
        with pytest.raises(DiagnosticError, match="already"):
            people.identities.add_person(person, AT_WORK, [event()])
    assert [item.login for item in people.directory.all()] == ["ada", "bob"]


def test_a_step_is_taken_once_and_ends(people: People, clock: SetClock) -> None:
    step = Step(StepKind.OIDC, None, {"state": "s", "next": "/runs"})
    people.steps.put("d", step, timedelta(minutes=10))
    assert people.steps.look("d", StepKind.OIDC) == step
    assert people.steps.look("d", StepKind.PASSKEY) is None
    assert people.steps.take("d", StepKind.PASSKEY) is None
    assert people.steps.take("d", StepKind.OIDC) == step
    assert people.steps.take("d", StepKind.OIDC) is None

    people.steps.put("e", Step(StepKind.SECOND_FACTOR, "p_ada", {}), timedelta(minutes=10))
    assert people.steps.change("e", StepKind.SECOND_FACTOR, {"challenge": "c"})
    clock.pass_by(600)
    assert people.steps.look("e", StepKind.SECOND_FACTOR) is None
    assert people.steps.take("e", StepKind.SECOND_FACTOR) is None
    assert not people.steps.change("e", StepKind.SECOND_FACTOR, {})


def test_a_step_may_be_dropped(people: People) -> None:
    people.steps.put("d", Step(StepKind.PASSKEY, None, {"challenge": "secret"}), timedelta(minutes=10))
    people.steps.drop("d")
    assert people.steps.look("d", StepKind.PASSKEY) is None
    assert "secret" not in repr(Step(StepKind.PASSKEY, None, {"challenge": "secret"}))
