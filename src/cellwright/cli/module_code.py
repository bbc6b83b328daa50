"""The compiled modules of commands in one file, so that a command need not open hundreds.

For each module Python looks through a folder, and opens, checks and reads a file with its bytecode: a tenth
of the time that a command takes. Here the bytecode of modules of packages lies in one file with an index. A
module is taken from there as long as its source has the time, size and inode with which its bytecode was put
there; else Python finds it. The file lies in `__pycache__` beside this module's own, under the same terms:
whoever may write there may have code run, and PYTHONPYCACHEPREFIX and PYTHONDONTWRITEBYTECODE hold. Where it
can't be written, Python finds all modules.
"""

import marshal
import os
import sys
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType, ModuleType

from cellwright.cli.late_interrupts import ignore_interrupts, interrupts_as_before

_NUMBER = 4
"""Bytes of each number in the head: the index's checksum, and its length."""
_HEAD = len(MAGIC_NUMBER) + 2 * _NUMBER
_OWN_HEAD = 16
"""Bytes before the code in a file of Python's: its version, flags, and the source's time and size."""

_State = tuple[int, int, int, int]
_Entry = tuple[str, bool, str, str, _State, int, int]
"""The folder it is in, whether it is a package, its source, Python's file with its bytecode, the source's
state, and where its code begins and ends."""
_Index = dict[str, _Entry]


class _KeptLoader(SourceFileLoader):
    """Loads a module from its source, except that its code is known."""

    packed = b""

    def get_code(self, fullname: str) -> CodeType | None:
        """Unpack the code, once: it is not kept in memory, and whoever asks again has it from Python."""
        packed, self.packed = self.packed, b""
        if not packed:
            return super().get_code(fullname)
        code: CodeType = marshal.loads(packed)  # noqa: S302  as Python does with what it has compiled
        return code


class ModuleCode:
    """Finds modules in packages, by the code that the file has of them; notes those that it has not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._missed: list[str] = []
        self._reading = threading.Lock()  # else another file might get the number of the one that is closed
        self._closed = False
        self._file, self._start, self._index = -1, 0, _Index()
        self._opened = False

    def _open(self) -> None:
        """Open the file for the first import: a process that has loaded all needs none of it."""
        with self._reading:
            if not self._opened and not self._closed:
                self._file, self._start, self._index = _open(self._path)
                self._opened = True

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Give what imports a module, if its source is as it was; None leaves it to Python."""
        if path is None or type(path) is not list or len(path) != 1:
            return None
        if not self._opened:
            self._open()
        if (entry := self._index.get(name)) is not None:
            folder, package, source, cached, state, begin, end = entry
            with suppress(OSError):
                if folder == path[0] and _state(source) == state:
                    with self._reading:
                        packed = os.pread(self._file, end - begin, self._start + begin)
                    if len(packed) == end - begin:
                        loader = _KeptLoader(name, source)
                        loader.packed = packed
                        spec = ModuleSpec(name, loader, origin=source)
                        spec.has_location, spec.cached = True, cached
                        if package:
                            spec.submodule_search_locations = [source.rpartition(os.sep)[0]]
                        return spec
        self._missed.append(name)
        return None

    def save(self) -> None:
        """Write what was imported besides to the file, in one step; a failure costs time only."""
        if sys.dont_write_bytecode or not os.access(self._path.parent, os.W_OK):
            return
        new = {name: found for name in self._missed if (found := _compiled(name)) is not None}
        if not new:
            return
        from cellwright.files.atomic import replacing  # noqa: PLC0415  it imports dataclasses

        index: _Index = {}
        parts, length = [], 0
        for name, (entry, code) in (self._kept() | new).items():
            index[name] = (*entry[:-2], length, length + len(code))
            parts.append(code)
            length += len(code)
        packed = marshal.dumps(index)
        numbers = (zlib.crc32(packed), len(packed))
        with suppress(OSError), replacing(self._path, mode=0o644) as file:
            file.writelines((MAGIC_NUMBER, *(number.to_bytes(_NUMBER) for number in numbers), packed, *parts))

    def close(self) -> None:
        """Close the file; what is imported afterwards is left to Python."""
        with self._reading:
            if self._file >= 0:
                os.close(self._file)
            self._file, self._closed = -1, True

    def _kept(self) -> dict[str, tuple[_Entry, bytes]]:
        found = {}
        for name, entry in self._index.items():
            begin, end = entry[-2:]
            code = os.pread(self._file, end - begin, self._start + begin)
            if len(code) == end - begin:
                found[name] = (entry, code)
        return found


@contextmanager
def kept_module_code(path: Path | None = None) -> Iterator[None]:
    """Have modules that are imported within the block take their code from the file; what is new is added.

    For the process of a single command only: what finds modules is the whole process's.
    """
    code = ModuleCode(path or _beside())
    sys.meta_path.insert(0, code)
    try:
        yield
    finally:
        sys.meta_path.remove(code)
        with interrupts_as_before():
            ignore_interrupts()
            code.save()
            code.close()


def _beside() -> Path:
    return Path(cache_from_source(__file__)).with_suffix(".modules")


def _open(path: Path) -> tuple[int, int, _Index]:
    """Open what was kept: its file, where the code begins, and its index.

    Nothing is in the index if the file is missing, damaged, or of another Python.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return -1, 0, {}
    with suppress(OSError):
        head = os.pread(file, _HEAD, 0)
        check, length = (
            int.from_bytes(head[at : at + _NUMBER]) for at in (_HEAD - 2 * _NUMBER, _HEAD - _NUMBER)
        )
        packed = os.pread(file, length, _HEAD)
        if head.startswith(MAGIC_NUMBER) and zlib.crc32(packed) == check and len(packed) == length > 0:
            return file, _HEAD + length, marshal.loads(packed)  # noqa: S302  as above
    return file, 0, {}


def _state(source: str) -> _State:
    found = os.stat(source)  # noqa: PTH116  for each module
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _compiled(name: str) -> tuple[_Entry, bytes] | None:
    """Give the code that Python has kept of a module, if it is that of the source as it is now."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    if spec is None or type(spec.loader) is not SourceFileLoader or not (spec.origin and spec.cached):
        return None
    package = spec.submodule_search_locations is not None
    source = Path(spec.origin)
    try:
        state = _state(spec.origin)
        content = Path(spec.cached).read_bytes()
    except OSError:
        return None
    seconds, size = (number & 0xFFFF_FFFF for number in (state[0] // 1_000_000_000, state[2]))
    head = MAGIC_NUMBER + b"".join(number.to_bytes(4, "little") for number in (0, seconds, size))
    if content[:_OWN_HEAD] != head:
        return None
    packed = content[_OWN_HEAD:]
    if marshal.loads(packed).co_filename != spec.origin:  # noqa: S302  as above
        # Compiled elsewhere, or by another path, it names another file: Python corrects that as it reads it.
        try:
            packed = marshal.dumps(spec.loader.get_code(name))
        except (OSError, SyntaxError):  # the source was changed just now
            return None
    folder = str(source.parent.parent if package else source.parent)
    return (folder, package, spec.origin, spec.cached, state, 0, 0), packed
