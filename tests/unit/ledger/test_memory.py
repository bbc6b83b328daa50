"""What a clone remembers of its ledger: enough to tell an emptied or replaced one."""

from pathlib import Path

import pytest

from cellwright.ledger.memory import LedgerMemory, Seen, ledger_name, refuse_changed
from cellwright.model.diagnostic import DiagnosticError


def test_what_is_kept_is_recalled_for_its_ledger_only(tmp_path: Path) -> None:
    memory, other = LedgerMemory(tmp_path, "ledger.db"), LedgerMemory(tmp_path, "db:5432/fleet")
    memory.keep(Seen(7, "abc"))
    other.keep(Seen(9, "def"))
    assert (memory.recall(), other.recall()) == (Seen(7, "abc"), Seen(9, "def"))
    memory.forget()
    assert (memory.recall(), other.recall()) == (None, Seen(9, "def"))


def test_an_empty_ledger_is_nothing_to_remember(tmp_path: Path) -> None:
    LedgerMemory(tmp_path, "ledger.db").keep(Seen(0, "0"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "damage", ["", "[", "[1]", '{"ledger.db": 3}', '{"ledger.db": ["x", 1]}', '{"ledger.db": [0, "a"]}', "\0"]
)
def test_a_damaged_file_remembers_nothing_and_is_written_anew(tmp_path: Path, damage: str) -> None:
    memory = LedgerMemory(tmp_path, "ledger.db")
    (tmp_path / "ledger-seen.json").write_text(damage)
    assert memory.recall() is None
    memory.keep(Seen(7, "abc"))
    assert memory.recall() == Seen(7, "abc")


def test_a_ledger_is_named_without_secrets_and_moves_with_its_fleet(tmp_path: Path) -> None:
    assert ledger_name(f"sqlite:///{tmp_path}/ledger.db", tmp_path) == "ledger.db"
    assert ledger_name("sqlite:////elsewhere/ledger.db", tmp_path) == "/elsewhere/ledger.db"
    named = ledger_name("postgresql://ada:secret@db.example:5432/fleet?password=secret", tmp_path)
    assert named == "db.example:5432/fleet"
    assert ledger_name("postgresql://[", tmp_path) == ""


@pytest.mark.parametrize("found", [None, "other"])
def test_a_ledger_that_does_not_go_on_is_refused(found: str | None) -> None:
    refuse_changed(Seen(7, "abc"), "abc", lambda: "x")
    with pytest.raises(DiagnosticError, match="lacks event 7, so it was emptied, replaced") as told:
        refuse_changed(Seen(7, "abc"), found, lambda: "x")
    assert "cellwright events accept" in told.value.diagnostics[0].detail


@pytest.mark.parametrize("password", ["p@ss", "a/b@c", "x?y"])
def test_no_part_of_a_password_is_remembered(password: str) -> None:
    name = ledger_name(f"postgresql://ada:{password}@db:5432/ledger", Path("/fleet"))
    assert name == "db:5432/ledger"
