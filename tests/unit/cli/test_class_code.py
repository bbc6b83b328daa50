"""The kept code of dataclasses: classes are as they are without it, whatever the file holds."""

import dataclasses
import marshal
import sys
import zlib
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.cli import class_code
from cellwright.cli.class_code import kept_class_code

_HEAD = len(MAGIC_NUMBER) + 4


def _define(default: int = 3) -> type:
    @dataclass(frozen=True, slots=True, order=True)
    class Point:
        """A point."""

        x: int
        y: int = default
        names: list[str] = field(default_factory=list, compare=False)

    return Point


def _use(point: type) -> None:
    one = point(1)
    assert repr(one).endswith("Point(x=1, y=3, names=[])")
    assert one == point(1, 3)
    assert one < point(2)
    assert hash(one) == hash(point(1))
    with pytest.raises(FrozenInstanceError):
        one.x = 2


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "__pycache__" / "code.classes"
    with kept_class_code(path):
        _use(_define())
    return path


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are compiled from here on."""
    texts: list[str] = []

    def note(text: str, *arguments: str, dont_inherit: bool) -> object:
        texts.append(text)
        return compile(text, *arguments, dont_inherit=dont_inherit)

    monkeypatch.setitem(vars(class_code), "compile", note)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return texts


def test_nothing_is_compiled_again(kept: Path, compiled: list[str]) -> None:
    with kept_class_code(kept):
        _use(_define())
    assert not compiled


def test_the_same_text_serves_a_class_of_other_values(kept: Path, compiled: list[str]) -> None:
    with kept_class_code(kept):
        other = _define(default=5)
    assert not compiled
    assert other(1) == other(1, 5)


def test_what_is_new_is_added(kept: Path, compiled: list[str]) -> None:
    def define() -> type:
        @dataclass(frozen=True, slots=True)
        class Another:
            z: int

        return Another

    for _ in range(2):
        with kept_class_code(kept):
            _use(_define())
            assert repr(define()(1)).endswith("Another(z=1)")
    assert compiled
    assert len(compiled) == len(set(compiled))


def test_afterwards_classes_are_compiled_by_python(kept: Path, compiled: list[str]) -> None:
    with pytest.raises(ValueError, match="x"), kept_class_code(kept):
        raise ValueError("x")
    _use(_define())
    assert not compiled
    assert "exec" not in vars(dataclasses)


def _truncated(content: bytes) -> bytes:
    return content[:-1]


def _flipped(content: bytes) -> bytes:
    return content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]


def _of_another_python(content: bytes) -> bytes:
    return b"\0" + content[1:]


def _with_too_many(content: bytes) -> bytes:
    texts = marshal.loads(content[_HEAD:])  # noqa: S302  the test's own
    many = marshal.dumps({str(number): b"" for number in range(class_code._MOST)} | texts)
    return MAGIC_NUMBER + zlib.crc32(many).to_bytes(4) + many


@pytest.mark.parametrize("damage", [_truncated, _flipped, _of_another_python, lambda _: b""])
def test_a_file_that_does_not_fit_is_made_anew(
    kept: Path, compiled: list[str], damage: Callable[[bytes], bytes]
) -> None:
    kept.write_bytes(damage(kept.read_bytes()))
    for _ in range(2):
        with kept_class_code(kept):
            _use(_define())
    assert compiled
    assert len(compiled) == len(set(compiled))


def test_a_file_with_too_many_texts_begins_anew(kept: Path, compiled: list[str]) -> None:
    kept.write_bytes(_with_too_many(kept.read_bytes()))
    size = kept.stat().st_size
    with kept_class_code(kept):
        _define()
        vars(dataclasses)["exec"]("new = 1", {}, {})
    assert compiled == ["new = 1"]
    assert kept.stat().st_size < size
    with kept_class_code(kept):
        _use(_define())


@given(content=st.binary(max_size=60))
def test_no_content_does_harm(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("damaged") / "code.classes"
    path.write_bytes(content)
    with kept_class_code(path):
        _use(_define())


def test_where_nothing_can_be_written_each_start_compiles(tmp_path: Path, compiled: list[str]) -> None:
    (tmp_path / "file").touch()
    with kept_class_code(tmp_path / "file" / "code.classes"):
        _use(_define())
    assert compiled


def test_no_file_where_python_is_to_write_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    with kept_class_code(tmp_path / "code.classes"):
        _use(_define())
    assert not list(tmp_path.iterdir())


def test_it_lies_where_python_keeps_a_modules_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    assert class_code._beside().is_relative_to(tmp_path)
    assert sys.implementation.cache_tag in class_code._beside().name


def test_nothing_is_read_where_no_class_is_defined(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    usual = class_code._read

    def note(path: Path) -> dict[str, bytes]:
        read.append(path)
        return usual(path)

    monkeypatch.setattr(class_code, "_read", note)
    with kept_class_code(kept):
        pass
    assert read == []
    with kept_class_code(kept):
        _define()
        _define(4)
    assert read == [kept]
