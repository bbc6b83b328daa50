from pathlib import Path

import pytest

from cellwright.ledger.database.location import PostgresLocation, SqliteLocation, parse_location, sqlite_url
from cellwright.model.diagnostic import DiagnosticError


@pytest.mark.parametrize("name", ["ledger.db", "with space.db", "odd?mode=ro#x%20.db", "ünï.db", "a'b\"c.db"])
def test_any_path_survives_the_way_through_a_url(tmp_path: Path, name: str) -> None:
    assert parse_location(sqlite_url(tmp_path / name)) == SqliteLocation(tmp_path / name)


def test_a_relative_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_location("sqlite:///here.db") == SqliteLocation(tmp_path / "here.db")
    assert sqlite_url(Path("here.db")) == f"sqlite:///{tmp_path}/here.db"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgres_means_the_same_driver(scheme: str) -> None:
    location = parse_location(f"{scheme}://ada@db.example.com:5433/fleet")
    assert isinstance(location, PostgresLocation)
    assert location.url.drivername == "postgresql+psycopg"
    assert str(location) == "postgresql://ada@db.example.com:5433/fleet"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada:hunter2@h/d", "postgresql://ada@h/d"),
        ("postgresql://:hunter2@h/d", "postgresql://h/d"),
        ("postgresql://ada@h/d?password=hunter2&sslpassword=hunter2", "postgresql://ada@h/d"),
        ("postgresql:///d?host=/run/postgres", "postgresql:///run/postgres/d"),
        ("postgresql:///d?host=a&host=b", "postgresql://a,b/d"),
        ("postgresql://h", "postgresql://h/"),
    ],
)
def test_what_is_shown_has_no_password(url: str, shown: str) -> None:
    location = parse_location(url)
    assert str(location) == shown
    assert "hunter2" not in repr(location)


def test_a_password_is_known_however_it_was_given() -> None:
    location = parse_location("postgresql://ada:hun%40ter2@h/d?password=other")
    assert isinstance(location, PostgresLocation)
    assert set(location.secrets()) == {"hun@ter2", "hun%40ter2", "other"}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ledger.db",
        "/srv/ledger.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "mysql://u:hunter2@h/d",
    ],
)
def test_a_url_of_no_use_says_how_one_looks(url: str) -> None:
    with pytest.raises(DiagnosticError, match=r"write sqlite:////absolute") as caught:
        parse_location(url)
    assert "hunter2" not in str(caught.value)


def test_a_url_that_does_not_parse_is_not_repeated() -> None:
    with pytest.raises(DiagnosticError, match="can't be read") as caught:
        parse_location("postgresql://ada:hunter2@h:port/d")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("password", ["p@ss", "a/b@c", "x?y", "a@b@c"])
def test_a_password_with_any_character_is_the_drivers_alone(password: str) -> None:
    found = parse_location(f"postgresql://ada:{password}@db:5432/ledger")
    assert isinstance(found, PostgresLocation)
    assert (found.url.host, found.url.password) == ("db", password)
    assert str(found) == "postgresql://ada@db:5432/ledger"
    assert password in found.secrets()
    assert password not in repr(found)
