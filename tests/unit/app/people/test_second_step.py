"""The second step of a sign-in: who is asked for what, and what is refused and recorded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from cellwright.access.passkeys import PasskeySite, site_of
from cellwright.app.history.rekey import rekey
from cellwright.app.people.authenticator import (
    CodeRefusedError,
    begin_app,
    confirm_app,
    new_codes,
    remove_app,
)
from cellwright.app.people.factors import factors_of
from cellwright.app.people.passkeys import (
    MadePasskey,
    PasskeyNotAcceptedError,
    begin_passkey_sign_in,
    begin_registration,
    register_passkey,
    remove_passkey,
    sign_in_with_passkey,
)
from cellwright.app.people.second_step import (
    MOST,
    ask_for_passkey,
    finish_set_up,
    finish_with_code,
    finish_with_passkey,
    second_step,
    sign_in,
)
from cellwright.app.people.sign_in import (
    MOST_OF_NAME,
    BegunSession,
    Origin,
    SignInRefusedError,
    SignInRequest,
    TooManyAttemptsError,
)
from cellwright.app.people.standing import people_of, record_of
from cellwright.app.people.steps import LASTS, BegunStep, StepLostError
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.people.records import Person
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from unit.access.soft_authenticator import SoftAuthenticator
from unit.app.people.kit import (
    ADMIN,
    GOOD,
    HERE,
    PASSWORDS,
    SetClock,
    actions,
    events,
    first_admin,
    open_fleet,
    visitor_of,
)

URL = "https://console.example.com"
ADA = Actor("Ada", "console")
REQUIRED = "console: {second_factor: required}\n"


def site() -> PasskeySite:
    found = site_of(URL, "Cellwright")
    assert found is not None
    return found


def ada(session: FleetSession) -> Person:
    found = people_of(session).directory.by_login("ada")
    assert found is not None
    return found


def step_of(session: FleetSession) -> BegunStep:
    begun = sign_in(session, PASSWORDS, SignInRequest(login="ada", password=GOOD, origin=HERE), "/runs")
    assert isinstance(begun, BegunStep)
    return begun


def app_of(session: FleetSession) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    secret = begin_app(session, ada(session)).typed.replace(" ", "")
    app = pyotp.TOTP(secret)
    return app, confirm_app(session, ADA, ada(session), app.at(session.now()))


def passkey_of(session: FleetSession) -> SoftAuthenticator:
    device = SoftAuthenticator(URL, "console.example.com")
    options, _, challenge = begin_registration(session, site(), ada(session))
    made = MadePasskey(answer=device.create(options), challenge=challenge, name=" work\n laptop ")
    register_passkey(session, site(), ADA, ada(session), made)
    return device


def test_without_a_second_factor_the_password_is_enough(session: FleetSession) -> None:
    first_admin(session)
    begun = sign_in(session, PASSWORDS, SignInRequest(login="ada", password=GOOD, origin=HERE))
    assert isinstance(begun, BegunSession)


def test_a_code_is_asked_for_once_there_is_an_app(session: FleetSession, clock: SetClock) -> None:
    first_admin(session)
    app, _ = app_of(session)
    step = step_of(session)
    assert second_step(session, step.secret).factors.app is not None
    with pytest.raises(CodeRefusedError):  # that of the set-up was used
        finish_with_code(session, step.secret, app.at(session.now()), HERE)
    clock.pass_by(seconds=30)
    begun, wanted = finish_with_code(session, step.secret, app.at(session.now()), HERE)
    assert (wanted, begun.person.login) == ("/runs", "ada")
    assert visitor_of(session, begun.secret).name == "Ada Lovelace"
    assert events(session)[-1].detail["method"] == "password+totp"
    with pytest.raises(StepLostError):
        finish_with_code(session, step.secret, app.at(session.now()), HERE)
    assert actions(session)[-3:] == ["totp.added", "person.second_factor_refused", "person.signed_in"]


def test_a_code_counts_once_in_two_browsers(session: FleetSession, clock: SetClock) -> None:
    first_admin(session)
    app, _ = app_of(session)
    one, other = step_of(session), step_of(session)
    clock.pass_by(seconds=30)
    finish_with_code(session, one.secret, app.at(session.now()), HERE)
    with pytest.raises(CodeRefusedError):
        finish_with_code(session, other.secret, app.at(session.now()), HERE)


def test_a_recovery_code_counts_once(session: FleetSession) -> None:
    first_admin(session)
    _, codes = app_of(session)
    finish_with_code(session, step_of(session).secret, codes[3].upper().replace("-", " "), HERE)
    assert events(session)[-1].detail["method"] == "password+recovery-code"
    assert factors_of(session, ada(session).id).recovery_codes == 9
    with pytest.raises(CodeRefusedError):
        finish_with_code(session, step_of(session).secret, codes[3], HERE)
    newer = new_codes(session, ADA, ada(session))
    with pytest.raises(CodeRefusedError):
        finish_with_code(session, step_of(session).secret, codes[4], HERE)
    finish_with_code(session, step_of(session).secret, newer[0], HERE)


def test_codes_can_not_be_tried_out_by_giving_the_password_again(
    session: FleetSession, clock: SetClock
) -> None:
    first_admin(session)
    app, codes = app_of(session)
    for _ in range(MOST):
        with pytest.raises(CodeRefusedError):
            finish_with_code(session, step_of(session).secret, "000000", HERE)
    clock.pass_by(seconds=30)
    with pytest.raises(TooManyAttemptsError):
        finish_with_code(session, step_of(session).secret, app.at(session.now()), HERE)
    with pytest.raises(TooManyAttemptsError):
        finish_with_code(session, step_of(session).secret, codes[0], HERE)
    clock.pass_by(minutes=15)
    finish_with_code(session, step_of(session).secret, codes[0], HERE)


def test_a_step_ends(session: FleetSession, clock: SetClock) -> None:
    first_admin(session)
    app_of(session)
    step = step_of(session)
    clock.pass_by(seconds=LASTS / timedelta(seconds=1))
    for secret in (step.secret, "", "x" * 1000, "another"):
        with pytest.raises(StepLostError):
            second_step(session, secret)


def test_no_code_in_the_ledger(session: FleetSession) -> None:
    first_admin(session)
    secret = begin_app(session, ada(session)).typed
    app, codes = app_of(session)
    stored = people_of(session).authenticators.of(ada(session).id)
    assert stored is not None
    assert app.secret not in stored.secret
    told = repr([event.detail for event in events(session)])
    for text in (secret, app.secret, *codes):
        assert text not in told


def test_the_same_secret_is_shown_until_it_is_confirmed(session: FleetSession) -> None:
    first_admin(session)
    assert begin_app(session, ada(session)) == begin_app(session, ada(session))
    app_of(session)
    with pytest.raises(DiagnosticError, match="you have an authenticator app already"):
        begin_app(session, ada(session))


def test_a_key_that_is_another_one_is_told(session: FleetSession) -> None:
    first_admin(session)
    _, codes = app_of(session)
    (session.home.folder / "key").write_text("ab" * 32)
    with pytest.raises(DiagnosticError, match="is not the one of the ledger"):
        finish_with_code(session, step_of(session).secret, "000000", HERE)
    finish_with_code(session, step_of(session).secret, codes[0], HERE)


def test_after_the_key_was_lost_a_recovery_code_helps(session: FleetSession, clock: SetClock) -> None:
    first_admin(session)
    app, codes = app_of(session)
    (session.home.folder / "key").unlink()
    rekey(session, ADA, "lost", lost=True)
    clock.pass_by(seconds=30)
    with pytest.raises(DiagnosticError, match="the fleet's key is another one; use a recovery code"):
        finish_with_code(session, step_of(session).secret, app.at(session.now()), HERE)
    finish_with_code(session, step_of(session).secret, codes[0], HERE)


def test_the_secret_is_encrypted_anew_after_the_key_is_renewed(
    session: FleetSession, clock: SetClock
) -> None:
    first_admin(session)
    app, _ = app_of(session)
    apps, person = people_of(session).authenticators, ada(session).id
    before = apps.of(person)
    rekey(session, ADA, "each year")
    clock.pass_by(seconds=30)
    finish_with_code(session, step_of(session).secret, app.at(session.now()), HERE)
    after = apps.of(person)
    assert before is not None
    assert after is not None
    assert before.secret != after.secret
    clock.pass_by(seconds=30)
    finish_with_code(session, step_of(session).secret, app.at(session.now()), HERE)
    again = apps.of(person)
    assert again is not None
    assert again.secret == after.secret


def test_a_passkey_as_the_second_step(session: FleetSession) -> None:
    first_admin(session)
    device = passkey_of(session)
    assert factors_of(session, ada(session).id).passkeys[0].name == "work laptop"
    step = step_of(session)
    answer = device.get(ask_for_passkey(session, site(), step.secret))
    begun, wanted = finish_with_passkey(session, site(), step.secret, answer, HERE)
    assert (begun.person.login, wanted) == ("ada", "/runs")
    assert events(session)[-1].detail["method"] == "password+passkey"
    with pytest.raises(StepLostError):
        finish_with_passkey(session, site(), step.secret, answer, HERE)


def test_a_passkey_alone(session: FleetSession) -> None:
    first_admin(session)
    device = passkey_of(session)
    options, step = begin_passkey_sign_in(session, site(), HERE, "/runs")
    answer = device.get(options)
    begun, wanted = sign_in_with_passkey(session, site(), step.secret, answer, HERE)
    assert (visitor_of(session, begun.secret).name, wanted) == ("Ada Lovelace", "/runs")
    assert events(session)[-1].detail["method"] == "passkey"
    with pytest.raises(StepLostError):  # the question counts once
        sign_in_with_passkey(session, site(), step.secret, answer, HERE)


def test_whoever_tries_passwords_keeps_nobodys_passkey_out(session: FleetSession) -> None:
    first_admin(session)
    device = passkey_of(session)
    elsewhere = Origin(address="198.51.100.7")
    for _ in range(MOST_OF_NAME):
        with pytest.raises(SignInRefusedError):
            sign_in(session, PASSWORDS, SignInRequest(login="ada", password="wrong one", origin=elsewhere))
    with pytest.raises(TooManyAttemptsError):
        sign_in(session, PASSWORDS, SignInRequest(login="ada", password=GOOD, origin=HERE))
    options, step = begin_passkey_sign_in(session, site(), HERE, "/")
    assert sign_in_with_passkey(session, site(), step.secret, device.get(options), HERE)[1] == "/"


def test_passkeys_that_are_refused(session: FleetSession) -> None:
    first_admin(session)
    device = passkey_of(session)
    stranger = SoftAuthenticator(URL, "console.example.com")
    for given in (stranger, replace(device, origin="https://evil.example")):
        options, step = begin_passkey_sign_in(session, site(), HERE, "/")
        with pytest.raises(PasskeyNotAcceptedError):
            sign_in_with_passkey(session, site(), step.secret, given.get(options), HERE)
    device.count = 5
    options, step = begin_passkey_sign_in(session, site(), HERE, "/")
    sign_in_with_passkey(session, site(), step.secret, device.get(options), HERE)
    device.count = 2
    options, step = begin_passkey_sign_in(session, site(), HERE, "/")
    with pytest.raises(PasskeyNotAcceptedError):
        sign_in_with_passkey(session, site(), step.secret, device.get(options), HERE)
    assert events(session)[-1].action == "person.sign_in_refused"
    assert "there may be a copy of it" in str(events(session)[-1].detail["why"])


def test_a_passkey_of_somebody_who_is_disabled(session: FleetSession) -> None:
    first_admin(session)
    device = passkey_of(session)
    event = EventDraft(ADA, "trial.done", "x")
    eve = Person(id="p_eve", login="eve", name="Eve", created_by="test")
    people_of(session).directory.add(eve, [record_of("p_eve", ADMIN, ADA)], [event])
    people_of(session).directory.disable(ada(session).id, event)
    options, step = begin_passkey_sign_in(session, site(), HERE, "/")
    with pytest.raises(PasskeyNotAcceptedError):
        sign_in_with_passkey(session, site(), step.secret, device.get(options), HERE)


def test_a_passkey_of_somebody_else_is_no_second_step(session: FleetSession) -> None:
    first_admin(session)
    passkey_of(session)
    eve = Person(id="p_eve", login="eve", name="Eve", created_by="test")
    people_of(session).directory.add(eve, [], [EventDraft(ADA, "trial.done", "x")])
    device = SoftAuthenticator(URL, "console.example.com")
    options, _, challenge = begin_registration(session, site(), eve)
    made = MadePasskey(answer=device.create(options), challenge=challenge, name="")
    register_passkey(session, site(), ADA, eve, made)
    step = step_of(session)
    answer = device.get(ask_for_passkey(session, site(), step.secret))
    with pytest.raises(PasskeyNotAcceptedError):
        finish_with_passkey(session, site(), step.secret, answer, HERE)


def test_what_is_removed_is_asked_for_no_more(session: FleetSession) -> None:
    first_admin(session)
    device = passkey_of(session)
    app_of(session)
    person = ada(session)
    remove_app(session, ADA, person.id)
    remove_passkey(session, ADA, person.id, factors_of(session, person.id).passkeys[0].id)
    assert not factors_of(session, person.id).any
    options, step = begin_passkey_sign_in(session, site(), HERE, "/")
    with pytest.raises(PasskeyNotAcceptedError):
        sign_in_with_passkey(session, site(), step.secret, device.get(options), HERE)
    for again in (
        lambda: remove_app(session, ADA, person.id),
        lambda: remove_passkey(session, ADA, person.id, "x"),
        lambda: new_codes(session, ADA, person),
    ):
        with pytest.raises(DiagnosticError):
            again()
    assert actions(session)[-3:] == ["totp.removed", "passkey.removed", "person.sign_in_refused"]


class TestWhereEverybodyNeedsOne:
    @pytest.fixture
    def session(self, tmp_path: Path, clock: SetClock) -> Iterator[FleetSession]:
        with open_fleet(tmp_path, clock, REQUIRED) as opened:
            yield opened

    def test_the_first_admin_sets_up_an_app(self, session: FleetSession) -> None:
        step = first_admin(session)  # a step, no session
        assert second_step(session, step).sets_up
        app = pyotp.TOTP(begin_app(session, ada(session)).typed.replace(" ", ""))
        with pytest.raises(CodeRefusedError):
            finish_set_up(session, step, "000000", HERE)
        with pytest.raises(StepLostError):  # there is no code to be asked for yet
            finish_with_code(session, step, app.at(session.now()), HERE)
        begun, _, codes = finish_set_up(session, step, app.at(session.now()), HERE)
        assert visitor_of(session, begun.secret).name == "Ada Lovelace"
        assert len(codes) == 10
        with pytest.raises(StepLostError):
            finish_set_up(session, step_of(session).secret, app.at(session.now()), HERE)

    def test_or_a_passkey(self, session: FleetSession) -> None:
        step = first_admin(session)
        device = SoftAuthenticator(URL, "console.example.com")
        answer = device.create(ask_for_passkey(session, site(), step))
        begun, _ = finish_with_passkey(session, site(), step, answer, HERE)
        assert visitor_of(session, begun.secret).name == "Ada Lovelace"
        assert not second_step(session, step_of(session).secret).sets_up

    def test_the_last_one_stays(self, session: FleetSession) -> None:
        first_admin(session)
        person = ada(session)
        passkey_of(session)
        key = factors_of(session, person.id).passkeys[0].id
        with pytest.raises(DiagnosticError, match="this is your last one; add another one first"):
            remove_passkey(session, ADA, person.id, key)
        app_of(session)
        remove_passkey(session, ADA, person.id, key)
        with pytest.raises(DiagnosticError, match="this is your last one"):
            remove_app(session, ADA, person.id)

    def test_a_fault_in_the_settings_does_not_waive_it(self, session: FleetSession) -> None:
        first_admin(session)
        file = session.root / "fleet.yaml"
        file.write_text(file.read_text().replace("required", "requird"))
        session.renew()
        assert isinstance(step_of(session), BegunStep)
