"""A ledger belongs to one fleet and one key."""

from pathlib import Path

import pytest

from cellwright.ledger.database.sql import text
from cellwright.ledger.key import load_key
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.diagnostic import DiagnosticError


def test_a_ledger_serves_one_fleet(url: str, ledger: Ledger) -> None:
    ledger.bindings.confirm_fleet("medloop")
    ledger.bindings.confirm_fleet("medloop")
    with (
        open_ledger(url) as again,
        pytest.raises(DiagnosticError, match="belongs to the fleet 'medloop', not to 'other'"),
    ):
        again.bindings.confirm_fleet("other")


def test_a_ledger_knows_its_key(ledger: Ledger, tmp_path: Path) -> None:
    key = load_key(tmp_path / "a", {})
    other = load_key(tmp_path / "b", {})
    ledger.bindings.digester(lambda: key, lambda: key)
    ledger.bindings.digester(lambda: key, lambda: key)
    with pytest.raises(DiagnosticError, match="is not the one of the ledger") as caught:
        ledger.bindings.digester(lambda: other, lambda: other)
    assert other.secret.hex() not in str(caught.value)


def test_the_key_is_not_in_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    key = load_key(tmp_path, {})
    ledger.bindings.digester(lambda: key, lambda: key)
    with ledger.database.read() as connection:
        kept = repr(connection.execute(text("SELECT * FROM bindings")).all())
    assert key.secret.hex() not in kept
    assert key.check() in kept
