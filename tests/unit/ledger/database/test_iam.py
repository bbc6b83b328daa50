"""Signing in to the ledger with a token of IAM."""

import pytest

from cellwright.ledger.database import iam as module
from cellwright.ledger.database.iam import iam_token
from cellwright.ledger.database.location import PostgresLocation, parse_location
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.text.url_credentials import with_iam

URL = "postgresql://writer@ledger.example.com:5433/cellwright?sslmode=verify-full"


@pytest.fixture(name="credentials")
def credentials_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def parsed(url: str) -> PostgresLocation:
    found = parse_location(url)
    assert isinstance(found, PostgresLocation)
    return found


@pytest.mark.usefixtures("credentials")
def test_a_token_names_host_port_and_user() -> None:
    found = parsed(with_iam(URL, "eu-west-1"))
    assert found.iam == "eu-west-1"
    token = iam_token(found.url, "eu-west-1")
    assert token.startswith("ledger.example.com:5433/?Action=connect&DBUser=writer&")
    assert "eu-west-1%2Frds-db" in token


def test_the_region_is_no_parameter_of_the_driver_and_stands_in_no_message() -> None:
    found = parsed(with_iam(URL, "eu-west-1"))
    assert dict(found.url.query) == {"sslmode": "verify-full"}
    assert str(found) == "postgresql://writer@ledger.example.com:5433/cellwright"


def test_who_connects_by_the_library_alone_gets_a_token_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "iam_token", lambda _url, region: f"token-of-{region}")
    assert "writer:token-of-eu-west-1@" in parsed(with_iam(URL, "eu-west-1")).conninfo


def test_without_credentials_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(DiagnosticError, match="AWS gives no token for the ledger"):
        iam_token(parsed(URL).url, "eu-west-1")
