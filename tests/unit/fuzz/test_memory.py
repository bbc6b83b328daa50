"""What was written to take memory is read, or refused, with little of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="how much memory a process has is read from /proc"
)
def test_hostile_files_take_little_memory(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "unit.fuzz.hostile", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (TESTS, TESTS.parent / "src")))},
        capture_output=True,
        check=False,
        text=True,
    )
    assert found.returncode == 0, found.stderr[-2000:]
