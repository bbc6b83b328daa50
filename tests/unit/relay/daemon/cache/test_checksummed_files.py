from pathlib import Path

import pytest

from cellwright.relay.daemon.cache.checksummed_files import ChecksummedFiles


def test_a_file_is_read_back_and_private(tmp_path: Path) -> None:
    files = ChecksummedFiles(tmp_path / "cache")
    files.write("name", b"content")

    assert files.read("name") == b"content"
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "cache" / "name").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [b"", b"short", bytes(32) + b"content"])
def test_a_damaged_file_is_absent(tmp_path: Path, damage: bytes) -> None:
    files = ChecksummedFiles(tmp_path)
    files.write("name", b"content")
    (tmp_path / "name").write_bytes(damage)

    assert files.read("name") is None


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    files = ChecksummedFiles(tmp_path / "file")
    files.write("name", b"content")

    assert files.read("name") is None
