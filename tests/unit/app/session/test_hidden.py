"""Settings that a sparse checkout leaves out."""

import subprocess
from pathlib import Path

import pytest

from cellwright.app.session.hidden import refuse_hidden_settings
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import make_fleet, open_session, put_under_git


def sparse(root: Path, *patterns: str) -> None:
    command = ["git", "sparse-checkout", "set", "--no-cone", "/*", *patterns]
    subprocess.run(command, cwd=root.parent, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repository/fleet"
    make_fleet(root, acme="{}\n", **{"globex/one": "{}\n", "globex/two": "{}\n"})
    for path in ("defaults/client.yaml", "defaults/other.yaml", "policies/a.rego", "notes/x.md"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("{}\n" if path.endswith("yaml") else "")
    put_under_git(root.parent)
    return root


def accepted(root: Path) -> bool:
    session = open_session(root)
    refuse_hidden_settings(session.repository(), session.snapshot().fleet)
    return True


@pytest.mark.parametrize("path", ["defaults/client.yaml", "clients/globex/two.yaml", "policies/a.rego"])
def test_what_is_read_if_it_is_there_must_be_there(root: Path, path: str) -> None:
    sparse(root, f"!/fleet/{path}")
    session = open_session(root)
    with pytest.raises(DiagnosticError, match=f"leaves out .*: fleet/{path}"):
        refuse_hidden_settings(session.repository(), session.snapshot().fleet)


@pytest.mark.parametrize(
    "patterns", [("!/fleet/notes/",), ("!/fleet/defaults/other.yaml",), ("!/fleet/clients/acme.yaml",), ()]
)
def test_what_no_cell_of_the_checkout_needs_may_be_left_out(root: Path, patterns: tuple[str, ...]) -> None:
    sparse(root, *patterns)
    assert accepted(root)


def test_a_file_that_is_gone_without_a_sparse_checkout_is_gone(root: Path) -> None:
    (root / "defaults/client.yaml").unlink()
    assert accepted(root)
    refuse_hidden_settings(None, open_session(root).snapshot().fleet)
