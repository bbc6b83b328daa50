"""The kept code of modules: what is imported is what Python would import, whatever the file holds."""

import importlib
import marshal
import os
import subprocess  # what a new process imports
import sys
import zlib
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.cli import module_code
from cellwright.cli.module_code import kept_module_code

_PACKAGE = "of_the_kept_code"
_PART, _INNER = f"{_PACKAGE}.part", f"{_PACKAGE}.inner.part"
_HEAD = len(MAGIC_NUMBER) + 8


@pytest.fixture(name="package")
def package_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = tmp_path / _PACKAGE
    (folder / "inner").mkdir(parents=True)
    for name in ("__init__", "part", "inner/__init__", "inner/part"):
        (folder / f"{name}.py").write_text(f"VALUE = '{name} 1'\n")
    yield folder
    _forget()


@pytest.fixture(name="kept")
def kept_fixture(package: Path) -> Path:
    path = package.parent / "code.modules"
    with kept_module_code(path):
        assert _imported(_PART).VALUE == "part 1"
        assert _imported(_INNER).VALUE == "inner/part 1"
    assert not _from_the_file(_PART)
    _forget()
    return path


def _imported(name: str) -> ModuleType:
    importlib.invalidate_caches()
    return importlib.import_module(name)


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
        del sys.modules[name]


def _from_the_file(name: str) -> bool:
    return type(sys.modules[name].__loader__) is not SourceFileLoader


def _again(kept: Path, name: str = _PART) -> ModuleType:
    _forget()
    with kept_module_code(kept):
        return _imported(name)


def test_modules_come_from_the_file_and_are_as_python_makes_them(kept: Path) -> None:
    by_python = {name: _imported(name) for name in (_PART, f"{_PACKAGE}.inner", _INNER)}
    _forget()
    with kept_module_code(kept):
        for name, one in by_python.items():
            other = _imported(name)
            assert _from_the_file(name)
            for told in ("__file__", "__cached__", "__package__", "__path__", "VALUE"):
                assert getattr(other, told, None) == getattr(one, told, None)
            assert other.__spec__ is not None
            assert other.__spec__.has_location
            loader = other.__spec__.loader
            assert isinstance(loader, SourceFileLoader)
            code = loader.get_code(name)  # asked for again, as `runpy` does
            assert code is not None
            assert code.co_filename == one.__file__
    assert not [finder for finder in sys.meta_path if isinstance(finder, module_code.ModuleCode)]


def test_a_changed_source_is_read_even_if_its_time_and_size_are_the_former_ones(
    kept: Path, package: Path
) -> None:
    source = package / "part.py"
    former = source.stat()
    source.write_text("VALUE = 'part 2'\n")
    assert source.stat().st_size == former.st_size
    os.utime(source, ns=(former.st_atime_ns, former.st_mtime_ns))
    (package / "__pycache__" / f"part.{sys.implementation.cache_tag}.pyc").unlink()  # Python would be misled

    assert _again(kept).VALUE == "part 2"
    assert not _from_the_file(_PART)
    assert _again(kept).VALUE == "part 2"
    assert _from_the_file(_PART), "it was not put in the file"
    assert _again(kept, _INNER).VALUE == "inner/part 1"
    assert _from_the_file(_INNER), "the others were lost"


def test_a_removed_module_is_gone(kept: Path, package: Path) -> None:
    (package / "part.py").unlink()
    with pytest.raises(ModuleNotFoundError):
        _again(kept)


def test_another_package_of_that_name_is_itself(
    kept: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = package.parent / "other"
    (other / _PACKAGE).mkdir(parents=True)
    (other / _PACKAGE / "__init__.py").touch()
    (other / _PACKAGE / "part.py").write_text("VALUE = 'another'\n")
    monkeypatch.syspath_prepend(str(other))
    assert _again(kept).VALUE == "another"


def test_bytecode_that_is_not_the_sources_is_not_put_in_the_file(package: Path) -> None:
    path = package.parent / "code.modules"
    with kept_module_code(path):
        _imported(_PART)
        (package / "part.py").write_text("VALUE = 'later than its bytecode'\n")
    assert _again(path).VALUE == "later than its bytecode"


def test_bytecode_that_was_compiled_by_another_path_is_put_in_the_file(package: Path) -> None:
    path = package.parent / "code.modules"
    done = subprocess.run(
        [sys.executable, "-m", "compileall", "-q", _PACKAGE], cwd=package.parent, check=False
    )
    assert done.returncode == 0
    _again(path)
    assert _again(path).VALUE == "part 1"
    assert _from_the_file(_PART)
    assert _code_of(_PART).co_filename == str(package / "part.py")


def _code_of(name: str) -> CodeType:
    loader = sys.modules[name].__loader__
    assert isinstance(loader, SourceFileLoader)
    code = loader.get_code(name)
    assert code is not None
    return code


def _truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _without_its_end(content: bytes) -> bytes:
    return content[:-20]


def _flipped(content: bytes) -> bytes:
    return content[: _HEAD + 9] + bytes([content[_HEAD + 9] ^ 1]) + content[_HEAD + 10 :]


def _of_another_python(content: bytes) -> bytes:
    return b"\0" + content[1:]


@pytest.mark.parametrize(
    "damage", [_truncated, _without_its_end, _flipped, _of_another_python, lambda _: b""]
)
def test_a_file_that_does_not_fit_is_made_anew(kept: Path, damage: Callable[[bytes], bytes]) -> None:
    kept.write_bytes(damage(kept.read_bytes()))
    for _ in range(2):
        assert _again(kept).VALUE == "part 1"
        assert _again(kept, _INNER).VALUE == "inner/part 1"
    for name in (_PART, _INNER):
        _again(kept, name)
        assert _from_the_file(name)


@given(content=st.binary(max_size=60))
def test_no_content_does_harm(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("damaged") / "code.modules"
    index = marshal.dumps({})
    valid = MAGIC_NUMBER + zlib.crc32(index).to_bytes(4) + len(index).to_bytes(4) + index
    for written in (content, MAGIC_NUMBER + content, valid + content):
        path.write_bytes(written)
        with kept_module_code(path):
            assert importlib.import_module("json.decoder").JSONDecoder


def test_without_a_folder_that_can_be_written_python_imports(package: Path) -> None:
    path = package.parent / "none" / "code.modules"
    assert _again(path).VALUE == "part 1"
    assert not path.parent.exists()


def test_no_file_where_python_is_to_write_none(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = package.parent / "code.modules"
    assert _again(path).VALUE == "part 1"
    assert not path.exists()


def test_what_is_imported_after_the_command_is_pythons(kept: Path) -> None:
    finder = module_code.ModuleCode(kept)
    package = _imported(_PACKAGE)
    assert finder.find_spec(_PART, list(package.__path__)) is not None
    finder.close()
    assert finder.find_spec(_PART, list(package.__path__)) is None


def test_the_second_command_has_its_modules_from_the_file_of_the_first(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from cellwright.cli.main import main\n"
        "main(['--version'])\n"
        "print(type(sys.modules['cellwright.cli.command_line'].__loader__).__name__)\n"
    )
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    told = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
        ).stdout.split()[-1]
        for _ in range(2)
    ]
    assert told == ["SourceFileLoader", "_KeptLoader"]
    (file,) = tmp_path.rglob("*.modules")
    assert sys.implementation.cache_tag in file.name


def test_the_file_is_opened_for_the_first_import_only(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    usual = module_code._open

    def note(path: Path) -> tuple[int, int, module_code._Index]:
        opened.append(path)
        return usual(path)

    monkeypatch.setattr(module_code, "_open", note)
    with kept_module_code(kept):
        pass
    assert opened == []
    with kept_module_code(kept):
        _imported(_PART)
        _imported(_INNER)
    assert opened == [kept]
