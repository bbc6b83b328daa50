"""What every level of tests stands on."""

import gc
import os
import shutil
import signal
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cellwright.ledger.database import schema
from dealing import deal
from examples import examples
from forked_workers import fork_workers
from hangs import watch
from in_memory import keep_in_memory
from missing import count_missing, skip_without
from new_ledgers import sent_again

ROOT = Path(__file__).parent

# A shell starts background jobs with SIGINT ignored, nohup adds SIGHUP, and every process started from here
# would inherit that: interrupts would be tested on processes that can't be interrupted.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

# No test reaches the network: what is fetched comes from a server of the test, by an environment of its own.
os.environ["CELLWRIGHT_FETCH"] = "off"

# A busy machine is slow, not wrong: speed is measured in benchmarks. `make test` draws the same examples each
# time, so that a change is not blamed for a fault that few examples show: the long run looks for those.
settings.register_profile(
    "house",
    deadline=None,
    max_examples=examples(40),
    derandomize="CELLWRIGHT_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

_INTERRUPT = signal.getsignal(signal.SIGINT)

LEVELS = ("e2e", "contract", "golden", "unit")
"""The slowest first, so that no worker begins with the longest test when the others are done."""
WAITING = {"e2e", "contract"}
"""Whose tests start programs, and wait for them."""
LONG = 900
"""For how many seconds a test that is marked as long may take, unless it says so itself."""


def pytest_configure(config: pytest.Config) -> None:
    watch(config, quiet=120, grace=90)
    keep_in_memory(config)
    fork_workers(config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Fail a test that leaves interrupts ignored: whatever a later one starts could not be interrupted."""
    try:
        return (yield)
    finally:
        left = signal.signal(signal.SIGINT, _INTERRUPT)
        assert left == _INTERRUPT, f"SIGINT is left to {left}; `interrupts_as_before` puts it back"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """Leave what was collected out of every search for garbage: it is a million objects that all stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


# Last: long tests have been left out by then, or the pieces would be cut elsewhere.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> tuple[bool, int]:
        return item.get_closest_marker("first") is None, LEVELS.index(_level(item.path))

    for item in items:
        if item.get_closest_marker("long") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONG))
    items.sort(key=rank)
    items[:] = deal(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")), _together)


@cache
def _level(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def _together(item: pytest.Item) -> Path | None:
    """Name the folder whose fixtures a test shares, or else its file; None: it doesn't wait for programs."""
    if _level(item.path) not in WAITING:
        return None
    shared = item.path.parent
    return shared if _has_fixtures(shared) else item.path


@cache
def _has_fixtures(folder: Path) -> bool:
    return (folder / "conftest.py").exists()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("terraform") and shutil.which("terraform") is None:
        skip_without("terraform")


@pytest.fixture(scope="session", autouse=True)
def _home_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where an environment names no home, caches of fleets don't go to the home of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setattr("cellwright.files.user_cache.own_home", lambda: home)
        yield


@pytest.fixture(scope="session", autouse=True)
def _new_ledgers() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "_upgrade", sent_again(schema._upgrade))
        yield


# Outermost, so that these are the last lines.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    yield
    for what, count in count_missing(terminalreporter.stats.get("skipped", ())).most_common():
        terminalreporter.write_line(
            f"{count} tests were skipped because this machine lacks {what}", yellow=True
        )


@pytest.fixture(scope="module", autouse=True)
def _rego_engines_end_in_their_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """An engine may only be dropped by the thread that made it; garbage is found by any thread, some time."""
    yield
    rooms = {str(getattr(item, "__module__", "")) for item in vars(request.module).values()}
    if any(room.startswith("cellwright.rego") for room in rooms):
        gc.collect()
