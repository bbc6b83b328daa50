"""Cache files: what can't be trusted reads as None."""

import tempfile
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellwright.files.cache_file import cache_stamp, read_cache, write_cache


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_anywhere_is_noticed(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cache"
        write_cache(path, cache_stamp("a"), {"key": [1, "two", (3.0, None)]})
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        assert read_cache(path, cache_stamp("a")) is None


def test_a_file_with_another_stamp_is_not_read(tmp_path: Path) -> None:
    write_cache(tmp_path / "cache", cache_stamp("1"), [1])
    assert read_cache(tmp_path / "cache", cache_stamp("1")) == [1]
    assert read_cache(tmp_path / "cache", cache_stamp("2")) is None


def _write_forever(path: str) -> None:
    number = 0
    while True:
        number += 1
        write_cache(Path(path), cache_stamp("a"), [number] * 5_000)


def test_killed_while_writing_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    for _ in range(3):
        process = get_context("spawn").Process(target=_write_forever, args=(str(path),))
        process.start()
        before = path.stat().st_ino if path.exists() else None
        while not path.exists() or path.stat().st_ino == before:
            assert process.is_alive()
        process.kill()
        process.join()
        found = read_cache(path, cache_stamp("a"))
        assert isinstance(found, list)
        assert len(set(found)) == 1


def test_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not write_cache(tmp_path / "file" / "cache", cache_stamp("a"), [1])
    assert read_cache(tmp_path / "file" / "cache", cache_stamp("a")) is None
    assert write_cache(tmp_path / "new" / "cache", cache_stamp("a"), [1])
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert [item.name for item in (tmp_path / "new").iterdir()] == ["cache"]


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    value = {
        ("client", "acme"): (None, True, 1.5, "\udc80 text", b"bytes", ()),
        "lists": [1, [2, (3, [4])], {"inner": [], "tuple": (5,)}],
        "large": (2**64, -(2**63) - 1, [10**30]),
    }
    write_cache(tmp_path / "cache", cache_stamp("a"), value)
    found = read_cache(tmp_path / "cache", cache_stamp("a"))
    assert found == value
    assert repr(found) == repr(value), "tuples and lists are told apart"


def test_what_is_no_data_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_cache(tmp_path / "cache", cache_stamp("a"), [object()])
    with pytest.raises(TypeError):
        write_cache(tmp_path / "cache", cache_stamp("a"), (test_what_is_no_data_is_not_written.__code__,))


def test_what_is_nested_too_deeply_is_not_kept(tmp_path: Path) -> None:
    value: object = 1
    for _ in range(100_000):
        value = (value,)
    assert not write_cache(tmp_path / "cache", cache_stamp("a"), value)
