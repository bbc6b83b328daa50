"""Files written whole or not at all."""

import os
from pathlib import Path

import pytest

from cellwright.files.atomic import write_atomically
from cellwright.model.diagnostic import DiagnosticError


def test_new_and_old_files(tmp_path: Path) -> None:
    path = tmp_path / "a/b/c.yaml"
    write_atomically(path, "é: 1\r\n")
    assert path.read_bytes() == "é: 1\r\n".encode()
    assert path.stat().st_mode & 0o111 == 0
    path.chmod(0o600)
    write_atomically(path, "2")
    assert path.read_text() == "2"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["c.yaml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("1")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    write_atomically(tmp_path / "link.yaml", "2")
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "2"


@pytest.mark.parametrize("step", ["fsync", "fchmod"])
def test_an_interruption_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize(
    "failure", [OSError(28, "No space left on device"), OSError(30, "Read-only file system")]
)
def test_a_full_or_read_only_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: OSError) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")

    def refused(*_: object) -> None:
        raise failure

    monkeypatch.setattr(os, "fsync", refused)
    with pytest.raises(DiagnosticError, match=f"can't be written: {failure.strerror}"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.yaml"]


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(DiagnosticError, match="can't be written"):
        write_atomically(tmp_path / "a/b.yaml", "x")
