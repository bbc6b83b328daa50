import pytest

from cellwright.model.text.url_credentials import (
    split_url,
    with_credentials,
    without_credentials,
    without_logins,
)


@pytest.mark.parametrize(
    ("url", "password", "bare"),
    [
        ("https://u:pw@host/x", "pw", "https://host/x"),
        ("https://u:p@w@host:8443/x?y=z@h", "p@w", "https://host:8443/x?y=z@h"),
        ("https://u:p%40w@host/x", "p@w", "https://host/x"),
        ("https://u:p/w@host/x", "p/w", "https://host/x"),
        ("https://u:p?w#@host/x", "p?w#", "https://host/x"),
        ("https://token@host/x", None, "https://host/x"),
        ("https://host/a@b/c", None, "https://host/a@b/c"),
        ("https://host:8443/a@b?c=d@e", None, "https://host:8443/a@b?c=d@e"),
        ("https://[::1]:8443/a@b", None, "https://[::1]:8443/a@b"),
        ("https://[::1]/?a=b@c", None, "https://[::1]/?a=b@c"),
        ("no url: u:pw@host", None, "no url: u:pw@host"),
        ("", None, ""),
    ],
)
def test_a_web_address_is_shown_without_its_credentials(url: str, password: str | None, bare: str) -> None:
    parts = split_url(url)
    assert (parts.password if parts else None) == password
    assert without_credentials(url) == bare


@pytest.mark.parametrize("password", ["p@w", "p/w@x", "p:@:w", "p?w", "@", "p@s/w@x"])
def test_a_databases_password_may_hold_anything(password: str) -> None:
    url = f"postgresql://ada:{password}@db.example.com:5432/ledger?sslmode=require"
    parts = split_url(url, of_database=True)
    assert parts is not None
    assert (parts.user, parts.password) == ("ada", password)
    assert parts.rest == "db.example.com:5432/ledger?sslmode=require"


def test_a_database_on_a_socket_has_no_credentials() -> None:
    url = "postgresql:///ledger?host=/var/run/x@y"
    assert without_credentials(url, of_database=True) == url


def test_credentials_go_to_the_same_host_only() -> None:
    of = "https://u:pw@Host/other"
    assert with_credentials("https://host/x", of) == "https://u:pw@host/x"
    assert with_credentials("https://else/x", of) == "https://else/x"
    assert with_credentials("https://v:own@host/x", of) == "https://v:own@host/x"
    assert with_credentials("text", of) == "text"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "fatal: unable to access 'https://u:pw@host/x/': no",
            "fatal: unable to access 'https://host/x/': no",
        ),
        ("IOError: https://token@host/x and s3://k:p/w@x@b/c", "IOError: https://host/x and s3://b/c"),
        (
            "it is at http://localhost:8080/a@b, ada@host said",
            "it is at http://localhost:8080/a@b, ada@host said",
        ),
        ("https://host:8443 by ada@host", "https://host:8443 by ada@host"),
        ("nothing: u:pw@host", "nothing: u:pw@host"),
    ],
)
def test_addresses_within_a_text_are_shown_without_their_credentials(text: str, shown: str) -> None:
    assert without_logins(text) == shown
