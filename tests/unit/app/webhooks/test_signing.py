"""Signatures as receivers' libraries check them, and secrets that only the fleet's key opens."""

from dataclasses import replace

import pytest

from cellwright.app.webhooks.signing import (
    Confidential,
    new_secret,
    seal,
    shown_address,
    signed_headers,
    unseal,
)
from cellwright.ledger.key import Key
from cellwright.model.diagnostic import DiagnosticError

KEY = Key(b"k" * 32, "a test")


def test_the_example_of_the_specification_has_its_signature() -> None:
    headers = signed_headers(
        "whsec_plJ3nmyCDGBKInavdOK15jsl",
        "msg_loFOjxBNrRLzqYUf",
        1731705121,
        b'{"event_type":"ping","data":{"success":true}}',
    )
    assert headers == {
        "webhook-id": "msg_loFOjxBNrRLzqYUf",
        "webhook-timestamp": "1731705121",
        "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    }


def test_a_sealed_secret_is_opened_by_the_same_key_also_after_a_secret_was_added_to_it() -> None:
    hidden = Confidential(new_secret(), "https://hooks.example.com/T0/B0")
    sealed = seal(hidden, "wh_1", KEY)
    assert hidden.secret not in repr(hidden) + sealed
    assert unseal(sealed, "wh_1", replace(KEY, later=(b"x" * 32,))) == hidden


@pytest.mark.parametrize("key", [None, Key(b"o" * 32, "another")])
def test_without_the_key_it_says_what_to_do(key: Key | None) -> None:
    sealed = seal(Confidential(new_secret(), ""), "wh_1", KEY)
    with pytest.raises(DiagnosticError, match="remove the webhook and make it anew"):
        unseal(sealed, "wh_1", key)


@pytest.mark.parametrize("change", ["another", "moved", "no base64"])
def test_a_record_that_was_changed_is_not_opened(change: str) -> None:
    sealed = seal(Confidential(new_secret(), ""), "wh_1", KEY)
    changed = {"another": f"{'A' * 8}{sealed[8:]}", "moved": sealed, "no base64": "§"}[change]
    with pytest.raises(DiagnosticError, match="can't be read"):
        unseal(changed, "wh_2" if change == "moved" else "wh_1", KEY)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://hooks.slack.com/services/T0/B0/s3cret", "https://hooks.slack.com/services/…"),
        ("https://example.com/hook?code=s3cret", "https://example.com/hook/…"),
        ("https://example.com/?code=s3cret", "https://example.com/…"),
        (f"https://example.com/{'s3cret' * 4}", "https://example.com/…"),
        ("https://example.com:8443/hook", "https://example.com:8443/hook"),
        ("https://example.com", "https://example.com/"),
    ],
)
def test_of_an_address_is_shown_what_tells_where_it_leads(url: str, shown: str) -> None:
    assert shown_address(url) == shown
