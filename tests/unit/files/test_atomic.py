"""Atomic writes: the old content or the new, never half."""

import os
from pathlib import Path

import pytest

from cellwright.files.atomic import replacing, save_text, write_file
from cellwright.model.diagnostic import DiagnosticError


def test_new_and_old_files(tmp_path: Path) -> None:
    path = tmp_path / "a/b/c.yaml"
    save_text(path, "é: 1\r\n")
    assert path.read_bytes() == "é: 1\r\n".encode()
    assert path.stat().st_mode & 0o111 == 0
    path.chmod(0o600)
    save_text(path, "2")
    assert path.read_text() == "2"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["c.yaml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("1")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    save_text(tmp_path / "link.yaml", "2")
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
        save_text(path, "new")
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
        save_text(path, "new")
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.yaml"]


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(DiagnosticError, match="can't be written"):
        save_text(tmp_path / "a/b.yaml", "x")


def test_a_new_file_is_private_unless_said_otherwise(tmp_path: Path) -> None:
    for name, mode, expected in (("a", 0o600, 0o600), ("b", 0o700, 0o700)):
        write_file(tmp_path / name, b"1", mode=mode)
        assert (tmp_path / name).stat().st_mode & 0o777 == expected
    write_file(tmp_path / "c", "é")
    assert (tmp_path / "c").read_text() == "é"
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o600
    (tmp_path / "c").chmod(0o644)
    write_file(tmp_path / "c", "2")
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o600


def test_only_a_durable_write_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    write_file(tmp_path / "a", b"1")
    assert not synced
    write_file(tmp_path / "a", b"2", durable=True)
    assert len(synced) == 2


def test_a_file_that_must_be_new_is_not_overwritten(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"1", overwrite=False)
    with pytest.raises(FileExistsError):
        write_file(tmp_path / "a", b"2", overwrite=False)
    assert (tmp_path / "a").read_bytes() == b"1"
    assert [item.name for item in tmp_path.iterdir()] == ["a"]


def test_readers_see_the_old_content_until_the_block_ends(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"old")
    with replacing(tmp_path / "a") as file:
        file.write(b"new")
        file.flush()
        assert (tmp_path / "a").read_bytes() == b"old"
    assert (tmp_path / "a").read_bytes() == b"new"
