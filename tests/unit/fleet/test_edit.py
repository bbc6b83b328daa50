"""Changes to a fleet's files."""

from pathlib import Path

import pytest

from cellwright.fleet.edit import remove_cell, set_key, write_cell
from cellwright.model.diagnostic import DiagnosticError


def test_a_key_is_set_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# top\na: 1\n")
    path.chmod(0o640)
    set_key(path, "b.c", [1])
    assert path.read_text() == "# top\na: 1\nb: {c: [1]}\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_new_cell(tmp_path: Path) -> None:
    path = write_cell(
        tmp_path, "clients", "acme", {"account": "prod", "stacks": {"app": {"replicas": 6, "tags": {}}}}
    )
    assert path == tmp_path / "clients/acme/client.yaml"
    assert path.read_text() == "account: prod\nstacks:\n  app:\n    replicas: 6\n    tags: {}\n"
    assert write_cell(tmp_path, "accounts", "empty", {}).read_text() == "{}\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme", "can't name a cell"),
        ("../x", "can't name a cell"),
        ("there", "is a cell 'there' already"),
        ("file", "already"),
    ],
)
def test_a_cell_that_can_not_be_written(tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / "clients/there").mkdir(parents=True)
    (tmp_path / "clients/file.yaml").write_text("{}")
    with pytest.raises(DiagnosticError, match=expected):
        write_cell(tmp_path, "clients", name, {})


def test_a_cell_outside(tmp_path: Path) -> None:
    (tmp_path / "fleet").mkdir()
    (tmp_path / "fleet/clients").symlink_to("..")
    with pytest.raises(DiagnosticError, match="leaves the fleet repository"):
        write_cell(tmp_path / "fleet", "clients", "acme", {})


def test_removing_cells(tmp_path: Path) -> None:
    folder = write_cell(tmp_path, "clients", "acme", {}).parent
    (folder / "notes.md").write_text("x")
    (tmp_path / "clients/globex.yaml").write_text("{}")
    assert remove_cell(tmp_path, "clients/acme") == folder
    remove_cell(tmp_path, "clients/globex.yaml")
    remove_cell(tmp_path, "clients/globex.yaml")
    assert list((tmp_path / "clients").iterdir()) == []


def test_a_cell_that_can_not_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Path, *, missing_ok: bool) -> None:
        raise PermissionError(13, "Permission denied", str(missing_ok))

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(DiagnosticError, match="can't be removed: Permission denied"):
        remove_cell(tmp_path, "x.yaml")
