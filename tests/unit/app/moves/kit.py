"""A fleet in git with a ledger, and commands on it."""

from pathlib import Path

from every_command import answer
from unit.app.kit import NOBODY, install_program, make_fleet, put_under_git
from unit.app.status.test_status import bind


def fleet_with_ledger(root: Path) -> Path:
    """Make a fleet of one client, its ledger ready."""
    make_fleet(root, acme="{}\n")
    (root / ".gitignore").write_text(".cellwright/\n")
    put_under_git(root)
    bind(root, "trial")
    return root


def said(fleet: Path, *words: str) -> tuple[int, str]:
    """Run a command; give its exit code and what it prints."""
    return answer(words, fleet, {**NOBODY, "PATH": install_program(fleet.parent / "bin")})
