"""Each backend's credentials are known by their names, and within URLs."""

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.states.secret_backend import (
    is_secret_setting,
    secret_values,
    with_secrets_of,
    without_secrets,
)
from cellwright.model.states.state_place import place_digest, state_place
from cellwright.model.unit import Backend
from cellwright.model.value import Json

UNIT = UnitAddress("client", "acme", "app")

SECRET: dict[str, list[str]] = {
    "azurerm": [
        "access_key",
        "client_certificate",
        "client_certificate_password",
        "client_secret",
        "oidc_request_token",
        "oidc_token",
        "sas_token",
    ],
    "consul": ["access_token", "http_auth"],
    "cos": ["secret_id", "secret_key", "security_token"],
    "gcs": ["access_token", "credentials", "encryption_key"],
    "http": ["client_private_key_pem", "password", "headers"],
    "kubernetes": ["client_key", "password", "token", "client_certificate"],
    "manta": ["key_material"],
    "oci": ["private_key", "private_key_password", "sse_customer_key"],
    "oss": ["access_key", "secret_key", "security_token"],
    "pg": ["conn_str"],
    "remote": ["token"],
    "s3": ["access_key", "secret_key", "sse_customer_key", "token"],
    "swift": ["application_credential_secret", "password", "token"],
}
OPEN: dict[str, list[str]] = {
    "azurerm": ["client_id", "key", "resource_group_name", "client_certificate_path"],
    "consul": ["address", "ca_file", "cert_file", "key_file", "path"],
    "gcs": ["bucket", "kms_encryption_key", "prefix"],
    "http": ["address", "username", "lock_method"],
    "kubernetes": ["host", "namespace", "config_path"],
    "oci": ["kms_key_id", "key", "sse_customer_key_sha256"],
    "s3": ["bucket", "kms_key_id", "key", "profile", "region"],
}


@pytest.mark.parametrize("kind", SECRET)
def test_what_is_secret_is_neither_recorded_nor_part_of_a_place(kind: str) -> None:
    given: dict[str, Json] = {name: f"canary-{name}" for name in SECRET[kind]}
    config: dict[str, Json] = {**given, "inside": dict(given), "blocks": [dict(given)]}
    assert "canary" not in str(without_secrets({**given, "inside": given}))
    assert "canary" not in str(without_secrets(config)["inside"])
    assert "canary" not in str(state_place(Backend(kind, config), UNIT))
    assert {*secret_values(config)} == {*given.values()}


@pytest.mark.parametrize("kind", OPEN)
def test_what_is_none_is_recorded(kind: str) -> None:
    given: dict[str, Json] = {name: f"x-{name}" for name in OPEN[kind]}
    assert without_secrets(given) == given
    assert list(secret_values(given)) == []


def test_credentials_within_urls_are_masked_and_not_recorded() -> None:
    url = "https://ada:p@w%21@host/state"
    config: dict[str, Json] = {"address": url, "lock": {"address": url}, "all": [url]}
    bare = "https://host/state"
    assert without_secrets(config) == {"address": bare, "lock": {"address": bare}, "all": [bare]}
    assert {*secret_values(config)} == {"ada:p@w%21", "p@w%21", "p@w!"}


def test_who_asks_is_no_part_of_a_place() -> None:
    one, other = (Backend("http", {"address": f"https://{who}host/s"}) for who in ("a:p@", ""))
    assert state_place(one, UNIT) == state_place(other, UNIT)
    assert str(state_place(one, UNIT)) == "http (address https://host/s)"
    texts = ("postgres://u:one@h/db", "postgres://u:t@wo@h/db", "postgres://h/db")
    assert len({place_digest(Backend("pg", {"conn_str": text}), UNIT) for text in texts}) == 1
    words = ("host=h password=one dbname=d", "host=h password='t w\\'o' dbname=d", "host=h dbname=d")
    assert len({place_digest(Backend("pg", {"conn_str": text}), UNIT) for text in words}) == 1


def test_a_recorded_backend_gets_its_credentials_back() -> None:
    now: dict[str, Json] = {"address": "https://u:pw@host/new", "password": "x", "retry_max": 2}
    recorded: dict[str, Json] = {"address": "https://host/old", "retry_max": 1}
    assert with_secrets_of(recorded, now) == {
        "address": "https://u:pw@host/old",
        "password": "x",
        "retry_max": 1,
    }


def test_a_file_that_holds_a_secret_is_none_itself() -> None:
    assert list(secret_values({"web_identity_token_file": "/run/token", "secret_suffix": "state"})) == []
    assert is_secret_setting("web_identity_token")
