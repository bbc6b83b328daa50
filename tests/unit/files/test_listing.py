from pathlib import Path

from cellwright.files.listing import listed


def test_entries_come_by_name_and_a_folder_that_is_gone_has_none(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / name).touch()
    assert [entry.name for entry in listed(tmp_path)] == ["a", "b", "c"]
    assert listed(tmp_path / "a") == []
    assert listed(tmp_path / "gone") == []
