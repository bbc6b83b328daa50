"""Workers of pytest-xdist that have loaded all tests already: forked from one process that has.

To load Cellwright, its libraries and the files of tests takes four seconds of a core, and each of six workers
would do it. Here one process imports them all and forks the workers; `forked_worker.py` stands for each.
Where a system can't tell of a process's end by a descriptor, workers start as usual.
"""

import gc
import os
import random
import selectors
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

_STAND_IN = Path(__file__).with_name("forked_worker.py")


def fork_workers(config: pytest.Config) -> None:
    """Have the workers of a run forked, if it has several on this machine."""
    workers = config.getoption("tx", None)
    if hasattr(config, "workerinput") or config.option.collectonly or not workers or len(workers) == 1:
        return
    if set(workers) != {"popen"} or not hasattr(os, "pidfd_open"):
        return
    with suppress(OSError), ExitStack() as started:  # as where a socket's path is too long: workers as usual
        folder = Path(tempfile.mkdtemp(prefix="workers-"))
        started.callback(shutil.rmtree, folder)
        address = folder / "socket"
        listener = started.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(str(address))
        listener.listen(len(workers))
        number = listener.fileno()
        loaded = subprocess.Popen(
            [sys.executable, __file__, str(number), *config.args],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[number],
        )
        # It ends when its input does: also if this process is killed.
        started.callback(loaded.communicate)
        stand_in = shlex.join([sys.executable, "-S", "-E", str(_STAND_IN), str(address)])
        config.option.tx = [f"popen//python={stand_in}"] * len(workers)
        config.add_cleanup(started.pop_all().close)


class _OnlyModules:
    """Has files of tests imported, their assertions rewritten, and finds nothing in them."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(self) -> list[pytest.Item]:
        return []


class _Workers:
    """The process that has loaded everything, and its workers."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._ready = selectors.DefaultSelector()
        self._stand_ins: list[socket.socket] = []

    def serve(self) -> bool:
        """Fork workers until the input ends; true: this process is one."""
        self._when(0, lambda: False)
        self._when(self._listener, self._fork)
        while True:
            for key, _ in self._ready.select():
                goes_on = key.data()
                if goes_on is not None:
                    return bool(goes_on)

    def _when(self, readable: Any, then: Callable[[], bool | None]) -> None:  # noqa: ANN401  or a number
        self._ready.register(readable, selectors.EVENT_READ, then)

    def _fork(self) -> bool | None:
        stand_in, _ = self._listener.accept()
        _, streams, _, _ = socket.recv_fds(stand_in, 1, 3)
        pid = os.fork()
        if pid == 0:
            self._become(streams)
            for connection in (stand_in, self._listener, *self._stand_ins):
                connection.close()
            self._ready.close()
            return True
        for number in streams:
            os.close(number)
        end = os.pidfd_open(pid)
        stand_in.sendall(f"{pid}\n".encode())
        self._stand_ins.append(stand_in)
        self._when(stand_in, partial(self._stand_in_ended, stand_in, end))
        self._when(end, partial(self._ended, pid, stand_in, end))
        return None

    @staticmethod
    def _become(streams: list[int]) -> None:
        for usual, number in enumerate(streams):
            os.dup2(number, usual)
            os.close(number)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115  for as long as the process lives
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115  as above
        signal.signal(signal.SIGINT, signal.default_int_handler)
        random.seed()

    def _stand_in_ended(self, stand_in: socket.socket, end: int) -> None:
        """End a worker whose stand-in was killed."""
        self._ready.unregister(stand_in)
        signal.pidfd_send_signal(end, signal.SIGKILL)

    def _ended(self, pid: int, stand_in: socket.socket, end: int) -> None:
        self._ready.unregister(end)
        os.close(end)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if stand_in in [key.fileobj for key in self._ready.get_map().values()]:
            self._ready.unregister(stand_in)
            stand_in.sendall(f"{code % 256}\n".encode())
        self._stand_ins.remove(stand_in)
        stand_in.close()


def _main(number: str, *arguments: str) -> None:
    # Without capturing: what takes `sys.stderr` as it is imported would have a file that is closed by now.
    pytest.main([*arguments, "--collect-only", "-qqs", "-p", "no:cacheprovider"], plugins=[_OnlyModules()])
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the workers are interrupted, and this ends after them
    with closing(socket.socket(fileno=int(number))) as listener:
        is_worker = _Workers(listener).serve()
    if is_worker:
        # As the command does that pytest-xdist starts.
        exec(eval(sys.stdin.readline()), {"__name__": "__main__"})  # noqa: S102, S307


if __name__ == "__main__":
    _main(*sys.argv[1:])
