"""The spawner: a small process that starts providers, and ends them when the relay ends.

It is forked from the relay before the relay has threads, connections or secrets, and stays a plain
single-threaded loop, so that it may fork safely. Two things keep a provider from outliving the relay: the
kernel kills it when the spawner dies, and the spawner kills all of them, with everything that they started,
when its socket to the relay closes.
"""

import json
import os
import selectors
import signal
import socket
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from cellwright.relay.linux import end_with_parent, set_process_name

_RESET_SIGNALS = (
    signal.SIGPIPE,
    signal.SIGXFSZ,
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGHUP,
    signal.SIGCHLD,
)
_LONGEST_LINE = 65536
_CHUNK = 65536


@dataclass(slots=True)
class _Child:
    """A program that was started: its first line of output is reported, the rest is thrown away."""

    id: int
    pid: int
    stdout: int
    line: bytes = b""
    reported: bool = False


@dataclass(slots=True)
class SpawnerLoop:
    """Reads orders as JSON lines from a socket, and writes events as JSON lines to it."""

    orders: socket.socket
    wakeup: int
    children: dict[int, _Child] = field(default_factory=dict)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    pending: bytes = b""

    def run(self) -> None:
        """Serve until the relay is gone, then kill every program."""
        self.selector.register(self.orders, selectors.EVENT_READ, self._read_orders)
        self.selector.register(self.wakeup, selectors.EVENT_READ, self._reap)
        try:
            while True:
                for key, _ in self.selector.select():
                    key.data()
        except (EOFError, ConnectionError):
            self._kill_all()

    def _read_orders(self) -> None:
        data = self.orders.recv(_CHUNK)
        if not data:
            raise EOFError
        *lines, self.pending = (self.pending + data).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if order["order"] == "start":
                self._start(order)
            else:
                self._kill(order["id"])

    def _start(self, order: Mapping[str, Any]) -> None:
        try:
            pid, stdout = start_program(order)
        except OSError as fault:
            self._report(event="failed", id=order["id"], reason=os.strerror(fault.errno or 0))
            return
        child = self.children[pid] = _Child(order["id"], pid, stdout)
        self.selector.register(stdout, selectors.EVENT_READ, lambda: self._read_output(child))

    def _kill(self, wanted: int) -> None:
        for child in self.children.values():
            if child.id == wanted:
                _kill_group(child.pid)

    def _read_output(self, child: _Child) -> None:
        """Read what a child has printed; its output may have been closed earlier in the same round."""
        if child.stdout < 0:
            return
        try:
            data = os.read(child.stdout, _CHUNK)
        except BlockingIOError:
            return
        if data:
            self._keep_first_line(child, data)
        else:
            self._close_output(child)

    def _keep_first_line(self, child: _Child, data: bytes) -> None:
        if child.reported:
            return
        child.line += data
        if b"\n" in child.line or len(child.line) > _LONGEST_LINE:
            child.reported = True
            line = child.line.split(b"\n", 1)[0].decode("latin-1")
            self._report(event="printed", id=child.id, line=line)

    def _close_output(self, child: _Child) -> None:
        if child.stdout >= 0:
            self.selector.unregister(child.stdout)
            os.close(child.stdout)
            child.stdout = -1

    def _reap(self) -> None:
        os.read(self.wakeup, _CHUNK)
        for pid, child in tuple(self.children.items()):
            # Left a zombie until its group is dead, so that the group's number can't be another's.
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            _kill_group(pid)
            _, status = os.waitpid(pid, 0)
            del self.children[pid]
            self._read_output(child)  # what it printed last
            self._close_output(child)
            self._report(event="ended", id=child.id, code=os.waitstatus_to_exitcode(status))

    def _report(self, **event: object) -> None:
        self.orders.sendall(json.dumps(event).encode() + b"\n")

    def _kill_all(self) -> None:
        for pid in self.children:
            _kill_group(pid)
        for pid in self.children:
            os.waitpid(pid, 0)


def run_spawner(orders: socket.socket) -> NoReturn:
    """Be the spawner: call it in a freshly forked process; it never returns."""
    try:
        for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        receive, send = os.pipe()
        os.set_blocking(send, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(send, warn_on_full_buffer=False)
        set_process_name(b"relay-spawner")
        SpawnerLoop(orders, receive).run()
    finally:
        os._exit(0)


def start_program(order: Mapping[str, Any]) -> tuple[int, int]:
    """Start one program in a session of its own and return its pid and the reading end of its output.

    Raises:
        OSError: no process, or the program can't be executed.
    """
    with ExitStack() as on_failure:
        stdout_read, stdout_write = os.pipe()
        on_failure.callback(os.close, stdout_read)
        with ExitStack() as always:
            always.callback(os.close, stdout_write)
            error_read, error_write = os.pipe()
            on_failure.callback(os.close, error_read)
            always.callback(os.close, error_write)
            parent = os.getpid()
            pid = os.fork()
            if not pid:
                _exec_program(order, parent, stdout_write, error_write)
        if code := os.read(error_read, 16):
            os.waitpid(pid, 0)
            raise OSError(int(code), os.strerror(int(code)))
        on_failure.pop_all()
    os.close(error_read)
    os.set_blocking(stdout_read, False)
    return pid, stdout_read


def _exec_program(order: Mapping[str, Any], parent: int, stdout: int, errors: int) -> NoReturn:
    """Turn the forked child into the program: everything in here runs between fork and exec."""
    try:
        os.setsid()
        end_with_parent()
        if os.getppid() != parent:
            os._exit(1)
        signal.set_wakeup_fd(-1)
        for number in _RESET_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(stdout, 1)
        # Providers write credential-like words to standard error whatever the log level is: nothing is kept.
        os.dup2(null, 2)
        os.umask(order["umask"])
        os.chdir(os.fsencode(order["folder"]))
        environment = {os.fsencode(name): os.fsencode(value) for name, value in order["environment"].items()}
        program = os.fsencode(order["program"])
        os.execve(program, [program], environment)  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(errors, str(error.errno or 0).encode())
    finally:
        os._exit(127)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    # The child may not have made its session yet.
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
