"""Commands in processes of their own that need not load Python and Cellwright first.

Loading takes most of a short command's time. Here it is done once: a server process loads everything and is
forked for each command. The process that carries a command out has its own session, folder, environment and
output, like one that was started from a shell.
"""

import gc
import multiprocessing
import os
import pkgutil
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from cellwright import app, engine, ledger
from cellwright.cli import commands
from cellwright.cli.main import main
from patience import PATIENCE
from plan_comparison import ASKED, compare_every_plan

_ROOMS = (commands, app, engine, ledger)
"""What commands load when they are carried out, and what all of that loads."""

_LOADED = [
    __name__,
    *(
        found.name
        for room in _ROOMS
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
        if ".migrations." not in found.name
    ),
]
TESTS = Path(__file__).parents[2]
_AT_FIRST = dict(os.environ)
"""The environment before any test changed it: the server outlives the test that starts it."""
_STARTING = threading.Lock()
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(_LOADED)

if ASKED:
    compare_every_plan()


def _start_server() -> None:
    # Of two threads of a test one waits: else it would take the changed environment for the one to restore.
    with _STARTING:
        _start_server_once()


@cache
def _start_server_once() -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - _AT_FIRST.keys():
            patch.delenv(name)
        for name, value in _AT_FIRST.items():
            patch.setenv(name, value)
        # A new process, without the paths that pytest was told of.
        patch.setenv("PYTHONPATH", str(TESTS))
        forkserver.ensure_running()


def run_warm(
    arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str], output: Path
) -> tuple[int, str, str]:
    """Carry out a command; gives its exit code and what it printed, which lies in `output` meanwhile."""
    out, err = output / "out", output / "err"
    process = warm_process(_carry_out, arguments, folder, dict(environment), out, err)
    process.join(PATIENCE)
    code = process.exitcode
    if code is None:
        process.kill()
        process.join()
        raise AssertionError(f"{arguments} did not end: {out.read_text()}{err.read_text()}")
    process.close()
    return code, out.read_text(), err.read_text()


def warm_process(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """Start a function of a module in a process that need not load Cellwright first."""
    _start_server()
    process: ForkServerProcess = _CONTEXT.Process(target=target, args=arguments)
    process.start()
    return process


def become(folder: Path, environment: Mapping[str, str], streams: Sequence[tuple[Path, int]]) -> None:
    """Give this process a session of its own, this folder and environment, and these standard streams."""
    gc.freeze()  # what was loaded stays: looking through it for garbage takes a tenth of a second each time
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, (path, flags) in enumerate(streams):
        _open_as(number, path, flags)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  for as long as the process lives
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  as above
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115  as above


def _carry_out(
    arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str], out: Path, err: Path
) -> None:
    new = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    become(folder, environment, ((Path(os.devnull), os.O_RDONLY), (out, new), (err, new)))
    sys.exit(main(arguments))


def _open_as(number: int, path: Path, flags: int) -> None:
    descriptor = os.open(path, flags, 0o600)
    os.dup2(descriptor, number)
    os.close(descriptor)
