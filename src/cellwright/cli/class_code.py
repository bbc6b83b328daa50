"""The compiled code of dataclasses, kept between commands as Python keeps that of modules.

For each class `dataclasses` writes a few functions as text and compiles them, at every start: up to half of
the time that a command takes to begin. Here a text is the key to its code, so the code is what compiling it
gives. The file lies in `__pycache__` beside this module's own, under the same terms: whoever may write there
may have code run, and PYTHONPYCACHEPREFIX and PYTHONDONTWRITEBYTECODE hold. Where it can't be written, each
start compiles.
"""

import dataclasses
import marshal
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

from cellwright.cli.late_interrupts import ignore_interrupts, interrupts_as_before

_MOST = 8_000
"""Texts in a file, about 1 KB each. Those of changed classes stay; with more than these it begins anew."""
_CHECK = 4
"""Bytes of the checksum: code that a disk has damaged could crash Python."""


class ClassCode:
    """What was compiled, by its text; the code of each is unpacked when it is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, bytes] | None = None
        self._new = False

    @property
    def _packed(self) -> dict[str, bytes]:
        """What the file has; read for the first class, since a process that has loaded all defines none."""
        if self._kept is None:
            self._kept = _read(self._path)
        return self._kept

    def run(self, text: str, variables: dict[str, object], names: dict[str, object] | None = None) -> None:
        """Do what `exec` does with a text."""
        packed = self._packed.get(text)
        if packed is None:
            code = compile(text, "<string>", "exec", dont_inherit=True)
            self._packed[text] = marshal.dumps(code)
            self._new = True
        else:
            code = marshal.loads(packed)  # noqa: S302  as Python does with what it has compiled
        exec(code, variables, names)  # noqa: S102  the text is `dataclasses`' own

    def save(self) -> None:
        """Write what is new to the file, in one step; a failure costs time only."""
        if not self._new or sys.dont_write_bytecode:
            return
        from cellwright.files.atomic import replacing  # noqa: PLC0415  it imports dataclasses

        content = marshal.dumps(self._packed if len(self._packed) <= _MOST else {})
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._path, mode=0o644) as file:
                file.writelines((MAGIC_NUMBER, zlib.crc32(content).to_bytes(_CHECK), content))
        except OSError:
            return
        self._new = False


@contextmanager
def kept_class_code(path: Path | None = None) -> Iterator[None]:
    """Have dataclasses that are defined within the block take their code from the file; what is new is added.

    For the process of a single command only: `dataclasses` is the whole process's. It calls `exec`, which is
    the builtin unless its module has that name itself. Where a later Python calls something else, nothing
    changes.
    """
    code = ClassCode(path or _beside())
    vars(dataclasses)["exec"] = code.run
    try:
        yield
    finally:
        vars(dataclasses).pop("exec", None)
        with interrupts_as_before():
            ignore_interrupts()
            code.save()


def _beside() -> Path:
    return Path(cache_from_source(__file__)).with_suffix(".classes")


def _read(path: Path) -> dict[str, bytes]:
    """Give what was kept; nothing if the file is missing, damaged, or of another Python."""
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    start = len(MAGIC_NUMBER) + _CHECK
    head, payload = content[:start], memoryview(content)[start:]
    if head != MAGIC_NUMBER + zlib.crc32(payload).to_bytes(_CHECK):
        return {}
    kept: dict[str, bytes] = marshal.loads(payload)  # noqa: S302  as above
    return kept
