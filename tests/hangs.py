"""A run that hangs tells which test hangs, and where, before whoever waits for it gives up.

Three steps, each for what the one before it doesn't reach:

1. Nothing began or ended for a while: the run names the tests that go on, and each worker shows its stacks.
2. A test takes longer than its limit: pytest-timeout interrupts it, so that it fails (`timeout` in
   pyproject.toml). That takes the test's own clean-up for granted, and Python code that can be interrupted.
3. A worker is still busy with the same test some time later, or with the end of its session: it shows its
   stacks and is ended; pytest-xdist reports the test and lets another worker go on.
"""

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Generator
from typing import Any

import pytest

_ASKED = signal.SIGUSR1
"""What a worker shows its stacks for."""


class Watch:
    """Beside the process that hands the tests out: names what goes on when nothing happens (step 1)."""

    def __init__(self, config: pytest.Config, quiet: float) -> None:
        """Begin without workers; `quiet` is for how many seconds nothing may happen."""
        self._config = config
        self._quiet = quiet
        self._workers: dict[str, int] = {}
        self._begun: dict[str, float] = {}
        self._happened = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any) -> None:  # noqa: ANN401  execnet has no types
        self._workers[node.gateway.id] = node.gateway._io.popen.pid
        if self._thread.ident is None:
            self._thread.start()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401  as above
        self._workers.pop(node.gateway.id, None)
        self._happened.set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        self._begun.pop(crashitem, None)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._begun[nodeid] = time.monotonic()
        self._happened.set()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._begun.pop(nodeid, None)
        self._happened.set()

    def _watch(self) -> None:
        while True:
            if not self._happened.wait(self._quiet) and self._workers:
                self._tell()
                self._happened.wait()
            self._happened.clear()

    def _tell(self) -> None:
        now = time.monotonic()
        workers = " ".join(sorted(self._workers))
        lines = [f"Nothing began or ended for {self._quiet:g} s. Workers: {workers}."]
        lines += [f"  runs for {now - begun:.0f} s: {nodeid}" for nodeid, begun in [*self._begun.items()]]
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            for line in lines:
                reporter.write_line(line, yellow=True)
            reporter.flush()
        for pid in [*self._workers.values()]:
            os.kill(pid, _ASKED)


class Limit:
    """In each worker: ends it if it stays with one test, or with the session's end (step 3)."""

    def __init__(self, config: pytest.Config, grace: float) -> None:
        """`grace` is for how many seconds a test that was interrupted may clean up, and a session end."""
        self._default = float(config.getoption("timeout") or config.getini("timeout") or 0)
        self._grace = grace
        # pytest takes the streams' places while a test runs.
        self._stderr = os.dup(2)
        self._until: float | None = None
        faulthandler.register(_ASKED, file=self._stderr)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        mark = item.get_closest_marker("timeout")
        limit = mark.args[0] if mark and mark.args else self._default
        if limit:
            self._until = time.monotonic() + limit + self._grace
            self._arm(limit + self._grace)
        try:
            return (yield)
        finally:
            self._until = None
            faulthandler.cancel_dump_traceback_later()

    # Last: for someone at a debugger pytest takes limits back when a test fails, and pytest-timeout its own.
    @pytest.hookimpl(trylast=True)
    def pytest_exception_interact(self) -> None:
        if self._until is not None:
            self._arm(max(self._until - time.monotonic(), self._grace))

    # Once it has said that it is at its end, pytest-xdist waits a few seconds and ends it.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None]:
        self._arm(self._grace)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _arm(self, seconds: float) -> None:
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._stderr)


def watch(config: pytest.Config, *, quiet: float, grace: float) -> None:
    """Have this process tell of what hangs. Without workers pytest-timeout is all there is.

    Args:
        config: of this process, which may hand tests out, or carry them out.
        quiet: for how many seconds nothing may begin or end.
        grace: for how many seconds a test may clean up beyond its limit, and a session end.
    """
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Limit(config, grace))
    else:
        config.pluginmanager.register(Watch(config, quiet))
