"""Passkeys: made and used, and every answer that is not good."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cellwright.access.passkeys import (
    Passkey,
    PasskeyCopiedError,
    PasskeyRefusedError,
    PasskeySite,
    checked_sign_in,
    named_passkey,
    registered_passkey,
    registration_question,
    sign_in_question,
    site_of,
)
from unit.access.soft_authenticator import PRESENT, SoftAuthenticator

URL = "https://console.example.com"
ADA = "p-ada"


def site() -> PasskeySite:
    found = site_of(URL, "Cellwright")
    assert found is not None
    return found


def device() -> SoftAuthenticator:
    return SoftAuthenticator(URL, "console.example.com")


def register(authenticator: SoftAuthenticator) -> Passkey:
    question = registration_question(site(), ADA, "ada", "Ada", ())
    return registered_passkey(site(), question.challenge, authenticator.create(question.options))


def sign_in(authenticator: SoftAuthenticator, passkey: Passkey, person: str = ADA) -> int:
    question = sign_in_question(site(), (passkey,))
    return checked_sign_in(site(), question.challenge, authenticator.get(question.options), passkey, person)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://console.example.com", ("console.example.com", "https://console.example.com")),
        ("https://console.example.com:8443", ("console.example.com", "https://console.example.com:8443")),
        ("http://localhost:8080", ("localhost", "http://localhost:8080")),
        ("http://127.0.0.1:8080", None),
        ("https://10.0.0.7", None),
        ("https://[::1]:8080", None),
        ("http://console.example.com", None),
    ],
)
def test_sites(url: str, expected: tuple[str, str] | None) -> None:
    found = site_of(url, "Cellwright")
    assert (found and (found.rp_id, found.origin)) == expected


def test_made_and_used() -> None:
    ours = device()
    passkey = register(ours)
    assert passkey.transports == ("internal",)
    assert sign_in(ours, passkey) == 1
    assert sign_in(ours, replace(passkey, sign_count=1)) == 2


def test_devices_that_do_not_count() -> None:
    ours = device()
    passkey = register(ours)
    ours.count = -1  # adding one gives 0 again
    assert sign_in(ours, passkey) == 0


def test_a_copy_is_noticed() -> None:
    ours = device()
    passkey = register(ours)
    with pytest.raises(PasskeyCopiedError, match="there may be a copy of it"):
        sign_in(ours, replace(passkey, sign_count=7))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"origin": "https://console.example.com.evil.example"}, "origin"),
        ({"origin": "http://console.example.com"}, "origin"),
        ({"rp_id": "example.com"}, "RP ID"),
        ({"flags": PRESENT}, "not verified"),
        ({"flags": 0}, "not present"),
    ],
)
def test_another_site_or_nobody_asked(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(PasskeyRefusedError, match=why):
        register(replace(device(), **changes))
    ours = device()
    passkey = register(ours)
    for name, value in changes.items():
        setattr(ours, name, value)
    with pytest.raises(PasskeyRefusedError, match=why):
        sign_in(ours, passkey)


def test_the_answer_to_another_question() -> None:
    ours = device()
    passkey = register(ours)
    one, other = sign_in_question(site()), sign_in_question(site())
    assert one.challenge != other.challenge
    with pytest.raises(PasskeyRefusedError, match="challenge"):
        checked_sign_in(site(), other.challenge, ours.get(one.options), passkey, ADA)
    asked = registration_question(site(), ADA, "ada", "Ada", (passkey,))
    with pytest.raises(PasskeyRefusedError, match="challenge"):
        registered_passkey(site(), one.challenge, ours.create(asked.options))


def test_another_key() -> None:
    ours = device()
    passkey = register(ours)
    with pytest.raises(PasskeyRefusedError, match="signature"):
        sign_in(replace(device(), id=ours.id, person=ours.person), passkey)
    with pytest.raises(PasskeyRefusedError, match="another passkey"):
        sign_in(device(), passkey)
    with pytest.raises(PasskeyRefusedError, match="another person"):
        sign_in(ours, passkey, "p-bob")


def test_known_ones_are_named() -> None:
    passkey = register(device())
    asked = json.loads(registration_question(site(), ADA, "ada", "Ada", (passkey,)).options)
    assert [item["id"] for item in asked["excludeCredentials"]] == [passkey.id]
    assert json.loads(sign_in_question(site(), (passkey,)).options)["allowCredentials"][0]["id"] == passkey.id
    assert not json.loads(sign_in_question(site()).options)["allowCredentials"]


@pytest.mark.parametrize(
    "answer",
    ["", "x", "[]", "{}", '{"id": 3}', '{"id": "' + "x" * 70_000 + '"}', "[" * 60_000, '{"id": ""}', "null"],
)
def test_no_answer_at_all(answer: str) -> None:
    passkey = register(device())
    with pytest.raises(PasskeyRefusedError):
        named_passkey(answer)
    with pytest.raises(PasskeyRefusedError):
        registered_passkey(site(), "AAAA", answer)
    with pytest.raises(PasskeyRefusedError):
        checked_sign_in(site(), "AAAA", answer, passkey, ADA)


def test_parts_that_are_missing_or_strange() -> None:
    question = registration_question(site(), ADA, "ada", "Ada", ())
    good = json.loads(device().create(question.options))
    for key in good:
        for value in (None, 3, "é", "AA"):
            with pytest.raises(PasskeyRefusedError):
                registered_passkey(site(), question.challenge, json.dumps({**good, key: value}))
    for key in ("clientDataJSON", "attestationObject"):
        for value in (None, 3, "", "é", "AA", "////"):
            changed = {**good, "response": {**good["response"], key: value}}
            with pytest.raises(PasskeyRefusedError):
                registered_passkey(site(), question.challenge, json.dumps(changed))
