"""Workers of a run are forked from one process that has loaded the tests; one that is lost is replaced."""

from pathlib import Path

from pytest_runs import run_pytest

CONFTEST = """
from forked_workers import fork_workers
def pytest_configure(config): fork_workers(config)
"""
# The same text in two files, so that each of two workers has a test whose assertion is rewritten.
CASES = """
import os
import sys
from pathlib import Path
LOADED_BY = os.getpid()
ERRORS = sys.stderr
def test_is_lost(): assert os.kill(os.getpid(), 9)
def test_fails():
    Path(f"{__file__}.loaded").write_text(f"{LOADED_BY} {os.getppid()}")
    found = LOADED_BY
    assert found == "nobody"
def test_passes(): assert not ERRORS.closed
"""


def test_tests_are_loaded_once_and_a_lost_worker_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    files = [tmp_path / "test_one.py", tmp_path / "test_other.py"]
    for file in files:
        file.write_text(CASES)
    done = run_pytest(tmp_path, "-p", "xdist", "-n", "2", "-q")
    assert "4 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "crashed while running 'test_one.py::test_is_lost'" in done.stdout
    assert "== 'nobody'" in done.stdout
    loaded = {Path(f"{file}.loaded").read_text() for file in files}
    (pids,) = loaded
    loaded_by, parent = pids.split()
    assert loaded_by == parent
