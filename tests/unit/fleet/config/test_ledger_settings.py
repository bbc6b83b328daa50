"""`ledger:` of fleet.yaml: where every clone finds the ledger, without a password."""

from pathlib import Path

import pytest

from cellwright.app.session.home import Home
from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import LedgerSettings
from cellwright.model.diagnostic import Diagnostic, DiagnosticError

LEVELS = "levels:\n  - {name: base, cells: accounts, stacks: {one: {source: any}}}\n"
URL = "postgresql://writer@db.example.com:5432/cellwright"


def read(tmp_path: Path, text: str) -> tuple[LedgerSettings | None, tuple[Diagnostic, ...]]:
    (tmp_path / "fleet.yaml").write_text(f"fleet: test\n{text}{LEVELS}")
    for _ in range(2):  # the second time from the cache, if there are no findings
        configuration, findings = read_configured(FleetFiles(tmp_path), tmp_path)
    return configuration.ledger, findings


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("", None),
        (f"ledger: {{url: '{URL}'}}\n", LedgerSettings(url=URL)),
        (f"ledger: {{url: '{URL}', iam: eu-west-1}}\n", LedgerSettings(url=URL, iam="eu-west-1")),
        (
            f"ledger: {{url: '{URL}', password_variable: PGPASS}}\n",
            LedgerSettings(url=URL, password_variable="PGPASS"),
        ),
    ],
)
def test_what_can_be_said(tmp_path: Path, text: str, settings: LedgerSettings | None) -> None:
    assert read(tmp_path, text) == (settings, ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ledger: {}\n", "url"),
        ("ledger: {url: 'sqlite:///x.db'}\n", "one on PostgreSQL"),
        ("ledger: {url: 'postgresql://a:secret@db/x'}\n", "no password belongs into this file"),
        ("ledger: {url: 'postgresql://a@db/x?password=secret'}\n", "no password belongs into this file"),
        (f"ledger: {{url: '{URL}', iam: Virginia}}\n", "iam"),
        (f"ledger: {{url: '{URL}', password_variable: 'a b'}}\n", "password_variable"),
        (f"ledger: {{url: '{URL}', iam: eu-west-1, password_variable: A}}\n", "leave one of the two out"),
        (f"ledger: {{url: '{URL}', password: x}}\n", "password"),
    ],
)
def test_what_can_t_is_a_finding_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    _, findings = read(tmp_path, text)
    assert any(told in f"{item}" for item in findings), findings
    assert all(item.position and item.position.line == 2 for item in findings)
    assert "secret" not in "".join(item.summary for item in findings)


def test_the_password_comes_from_its_variable(tmp_path: Path) -> None:
    settings = LedgerSettings(url=URL, password_variable="SECRET")
    home = Home(tmp_path)
    found = home.ledger_url(None, {"SECRET": "a/b@c"}, settings)
    assert found == "postgresql://writer:a%2Fb%40c@db.example.com:5432/cellwright"
    with pytest.raises(DiagnosticError, match="the variable SECRET is not set"):
        home.ledger_url(None, {}, settings)


def test_who_names_another_ledger_gets_that(tmp_path: Path) -> None:
    home, settings = Home(tmp_path), LedgerSettings(url=URL)
    assert home.ledger_url("sqlite:///a", {"CELLWRIGHT_LEDGER": "sqlite:///b"}, settings) == "sqlite:///a"
    assert home.ledger_url(None, {"CELLWRIGHT_LEDGER": "sqlite:///b"}, settings) == "sqlite:///b"
    assert home.ledger_url(None, {}, settings) == URL
    assert home.ledger_url(None, {}).endswith(".cellwright/ledger.db")
