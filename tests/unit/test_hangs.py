"""A run of tests in which one hangs names it, shows where it stands, ends it, and goes on."""

from pathlib import Path

from pytest_runs import run_pytest

CONFTEST = """
from hangs import watch
def pytest_configure(config): watch(config, quiet=0.5, grace=1)
"""
# What the interrupt raises in the test waits for the same thread again.
HANGING = """
from concurrent.futures import ThreadPoolExecutor
from threading import Event
def test_hangs():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(Event().wait).result()
def test_other(): pass
"""


def test_a_test_that_not_even_its_limit_ends_is_named_and_ended(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(HANGING)
    (tmp_path / "pytest.ini").write_text("[pytest]\ntimeout = 6\n")
    done = run_pytest(tmp_path, "-p", "xdist", "-p", "pytest_timeout", "-n", "1", "-q")
    assert "Nothing began or ended for 0.5 s. Workers: gw0." in done.stdout
    assert "s: test_it.py::test_hangs\n" in done.stdout
    named, _, ended = done.stderr.partition("Timeout (0:00:07)!")
    assert f'{tmp_path}/test_it.py", line 6 in test_hangs' in named  # the result
    assert f'{tmp_path}/test_it.py", line 5 in test_hangs' in ended  # the end of the block
    assert "crashed while running 'test_it.py::test_hangs'" in done.stdout
    assert "1 failed, 1 passed" in done.stdout
