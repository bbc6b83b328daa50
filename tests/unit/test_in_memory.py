"""Temporary files of a run lie in memory where that is large enough, and are gone afterwards."""

from pathlib import Path

import pytest

import in_memory
from pytest_runs import run_pytest

CONFTEST = """
import in_memory
from pathlib import Path
in_memory._MEMORY, in_memory._ROOM, in_memory._FREE = Path({memory!r}), {room}, 0
def pytest_configure(config): in_memory.keep_in_memory(config)
"""
CASE = """
import tempfile
def test_it(tmp_path):
    (tmp_path / "x").touch()
    print("tmp", tmp_path)
    print("temporary", tempfile.mkdtemp())
"""


def run(folder: Path, memory: Path, room: int, *options: str) -> list[str]:
    (folder / "conftest.py").write_text(CONFTEST.format(memory=str(memory), room=room))
    (folder / "pytest.ini").touch()
    (folder / "test_one.py").write_text(CASE)
    done = run_pytest(folder, "-qs", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("tmp", "temporary"))]


def test_all_temporary_files_lie_there_and_are_gone_in_the_end(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    (memory / f"{in_memory._PREFIX}{2**22 + 1}").mkdir()
    (memory / "of-somebody-else").mkdir()
    assert all(path.startswith(f"{memory}/") for path in run(tmp_path, memory, 0))
    assert [path.name for path in memory.iterdir()] == ["of-somebody-else"]


@pytest.mark.parametrize("options", [(), ("--basetemp", "elsewhere")])
def test_where_it_is_small_or_the_run_has_a_place_they_lie_as_usual(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    found = run(tmp_path, memory, 0 if options else 2**62, *options)
    assert not [path for path in found if path.startswith(f"{memory}/")]
