"""Signing in: sessions, links that work once, limits, and nothing that tells which names exist."""

import json
from dataclasses import replace

import pytest

from cellwright.access.roles import Permission
from cellwright.access.secret import digest_of
from cellwright.app.people.refusals import MOST_OF_ONE
from cellwright.app.people.second_step import sign_in
from cellwright.app.people.sign_in import (
    MOST_OF_ADDRESS,
    MOST_OF_NAME,
    Origin,
    SignInRefusedError,
    SignInRequest,
    TooManyAttemptsError,
    site_of,
    whence,
)
from cellwright.app.people.visitors import FleetVisitors
from cellwright.app.people.welcome import (
    WelcomeRequest,
    accept_link,
    first_admin_token,
    look_at_link,
    password_link,
)
from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.records import LinkPurpose
from cellwright.model.diagnostic import DiagnosticError
from unit.app.people.kit import (
    GOOD,
    HERE,
    OTHER,
    PASSWORDS,
    SERVER,
    SetClock,
    actions,
    events,
    first_admin,
    sign_in_as,
    visitor_of,
)

WRONG = "wrong password!"


def attempt(session: FleetSession, login: str, password: str = WRONG, origin: Origin = HERE) -> None:
    sign_in(session, PASSWORDS, SignInRequest(login=login, password=password, origin=origin))


def test_the_first_admin_comes_by_a_link_that_works_once(session: FleetSession) -> None:
    secret = first_admin(session)
    ada = visitor_of(session, secret)
    assert ada.may(Permission.ADMINISTER)
    assert ada.actor.name == "Ada Lovelace <ada@example.com>"
    assert first_admin_token(session, SERVER) is None
    assert actions(session) == ["person.first_admin_link", "person.first_admin", "person.signed_in"]


def test_the_link_is_kept_as_a_digest_and_ends(session: FleetSession, clock: SetClock) -> None:
    token = first_admin_token(session, SERVER)
    assert token is not None
    assert look_at_link(session, token).purpose is LinkPurpose.FIRST_ADMIN
    session.ledger().close()
    ledger = (session.root / ".cellwright" / "ledger.db").read_bytes()
    assert token.encode() not in ledger
    assert digest_of(token).encode() in ledger
    clock.pass_by(hours=24)
    with pytest.raises(DiagnosticError, match="used before, or has expired"):
        look_at_link(session, token)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"password": "short"}, "at least 12"),
        ({"password": "adalovelace12"}, "little more than your name"),
        ({"login": "a da"}, "letters a-z"),
        ({"login": "\u0430da"}, "letters a-z"),
        ({"name": "\u0410da Lovelace"}, "mixes letters"),
        ({"name": "<script>alert(1)</script>"}, "none of"),
        ({"name": ""}, "a name is needed"),
        ({"email": "no address"}, "looks like"),
        ({"token": "another"}, "used before, or has expired"),
    ],
)
def test_what_is_wrong_is_told_and_the_link_stays(
    session: FleetSession, change: dict[str, str], told: str
) -> None:
    token = first_admin_token(session, SERVER)
    assert token is not None
    good = WelcomeRequest(token=token, password=GOOD, login="ada", name="Ada Lovelace", origin=HERE)
    with pytest.raises(DiagnosticError, match=told):
        accept_link(session, PASSWORDS, replace(good, **change))  # type: ignore[arg-type]
    accept_link(session, PASSWORDS, good)


def test_each_sign_in_begins_a_session_of_its_own(session: FleetSession) -> None:
    first = first_admin(session)
    second = sign_in(session, PASSWORDS, SignInRequest(login=" ADA ", password=GOOD, origin=HERE)).secret
    one, other = visitor_of(session, first), visitor_of(session, second)
    assert first != second
    assert one.session != other.session
    assert one.csrf != other.csrf


def test_the_ledger_holds_neither_password_nor_secret(session: FleetSession) -> None:
    secret = first_admin(session)
    session.ledger().close()
    kept = (session.root / ".cellwright" / "ledger.db").read_bytes()
    assert secret.encode() not in kept
    assert GOOD.encode() not in kept
    told = json.dumps([[event.actor, event.detail] for event in events(session)])
    assert secret not in told
    assert visitor_of(session, secret).csrf not in told


@pytest.mark.parametrize(
    ("login", "password"), [("ada", "wrong password!"), ("eve", GOOD), ("", ""), ("\ud800", "\ud800")]
)
def test_nobody_is_told_whether_the_name_or_the_password_is_wrong(
    session: FleetSession, login: str, password: str
) -> None:
    first_admin(session)
    with pytest.raises(SignInRefusedError, match="the name or the password is wrong"):
        attempt(session, login, password)
    refused = events(session)[-1]
    assert (refused.action, refused.actor) == ("person.sign_in_refused", "a stranger")
    assert refused.subject == ("person:ada" if login == "ada" else "person:unknown")
    assert refused.detail["address"] == "192.0.2.1"


@pytest.mark.parametrize("login", ["ada", "nobody-of-this-name"])
def test_attempts_with_one_name_are_limited_alike(session: FleetSession, clock: SetClock, login: str) -> None:
    first_admin(session)
    for number in range(MOST_OF_NAME):
        with pytest.raises(SignInRefusedError):
            attempt(session, login, origin=Origin(address=f"192.0.2.{number}"))
    with pytest.raises(TooManyAttemptsError):
        attempt(session, login, GOOD, Origin(address="198.51.100.1"))
    clock.pass_by(minutes=15)
    with pytest.raises(SignInRefusedError):
        attempt(session, login)


def test_whoever_signs_in_begins_to_count_anew(session: FleetSession) -> None:
    first_admin(session)
    for _ in range(2):
        for _ in range(MOST_OF_NAME - 1):
            with pytest.raises(SignInRefusedError):
                attempt(session, "ada")
        sign_in_as(session)


def test_attempts_from_one_address_are_limited_over_all_names(session: FleetSession) -> None:
    first_admin(session)
    network = "2001:db8:1:2"
    for number in range(MOST_OF_ADDRESS):
        with pytest.raises(SignInRefusedError):
            attempt(session, f"name{number}", origin=Origin(address=f"{network}::{number}"))
    with pytest.raises(TooManyAttemptsError):
        attempt(session, "ada", GOOD, Origin(address=f"{network}::ffff"))
    sign_in_as(session)  # from elsewhere


def test_refusals_fill_no_ledger(session: FleetSession) -> None:
    first_admin(session)
    before = len(events(session))
    for number in range(MOST_OF_ONE + 10):
        with pytest.raises(DiagnosticError):
            attempt(session, f"name{number}")
    recorded = events(session)[before:]
    assert len(recorded) == MOST_OF_ONE
    assert "not recorded" in str(recorded[-1].detail["note"])
    with session.ledger().database.read() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar_one()
    assert rows <= MOST_OF_ONE + 10 + 3


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "unknown"),
    ],
)
def test_what_an_address_counts_as(address: str, site: str) -> None:
    assert site_of(address) == site


def test_however_many_addresses_and_names_there_are_the_counts_are_bounded() -> None:
    many = {whence(f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1") for number in range(20_000)}
    assert all(int(count.removeprefix("from/")) < 65_536 for count in many)
    assert len(many) > 15_000, "few addresses share a count"
    assert whence("192.0.2.1") == whence("::ffff:192.0.2.1")


def test_a_session_ends_when_it_is_idle(session: FleetSession, clock: SetClock) -> None:
    secret = first_admin(session)
    clock.pass_by(seconds=3599)
    visitor_of(session, secret)
    clock.pass_by(seconds=3601)
    assert FleetVisitors(session).by_session(secret, "") is None


@pytest.mark.parametrize("cookie", ["", "x", "x" * 100_000, "\ud800", "ä"])
def test_another_cookie_is_a_stranger(session: FleetSession, cookie: str) -> None:
    first_admin(session)
    assert FleetVisitors(session).by_session(cookie, "") is None


def test_faults_in_the_settings_keep_nobody_out(session: FleetSession) -> None:
    secret = first_admin(session)
    (session.root / "fleet.yaml").write_text("console: {session: {idle: -1}}\n")
    session.renew()
    visitor_of(session, secret)


def test_whoever_starts_the_server_can_let_the_only_admin_in_again(session: FleetSession) -> None:
    first_admin(session)
    secret = password_link(session, SERVER, "ADA")
    accept_link(session, PASSWORDS, WelcomeRequest(token=secret, password=OTHER, origin=HERE))
    with pytest.raises(SignInRefusedError):
        attempt(session, "ada", GOOD)
    sign_in_as(session, "ada", OTHER)
    assert "person.reset_link" in actions(session)


@pytest.mark.parametrize("login", ["eve", "", "\ud800", "a" * 10_000])
def test_there_is_no_link_for_nobody(session: FleetSession, login: str) -> None:
    first_admin(session)
    with pytest.raises(DiagnosticError, match="nobody signs in as"):
        password_link(session, SERVER, login)
