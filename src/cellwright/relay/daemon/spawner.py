"""The process that starts providers, and ends them when the relay ends.

It is forked from the relay before the relay has threads, connections or secrets, and stays a plain
single-threaded loop, so that it may fork safely. Two things keep a provider from outliving the relay: the
kernel kills it when this process dies (`PR_SET_PDEATHSIG`), and this process kills all of them, with
everything that they started, when its socket to the relay closes.
"""

import ctypes
import json
import os
import selectors
import signal
import socket
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
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
    """A provider process: its first line of output is the handshake, the rest is thrown away."""

    id: int
    pid: int
    stdout: int
    line: bytes = b""
    greeted: bool = False


@dataclass(slots=True)
class Spawner:
    """The loop: orders come in as JSON lines, what becomes of them goes out as JSON lines."""

    orders: socket.socket
    wakeup: int
    children: dict[int, _Child] = field(default_factory=dict)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    pending: bytes = b""

    def run(self) -> None:
        """Serve until the relay is gone, then end every process."""
        self.selector.register(self.orders, selectors.EVENT_READ, self._read_orders)
        self.selector.register(self.wakeup, selectors.EVENT_READ, self._reap)
        try:
            while True:
                for key, _ in self.selector.select():
                    key.data()
        except (EOFError, ConnectionError):
            self._end_all()

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
            pid, stdout = start_child(order)
        except OSError as fault:
            self._tell(event="failed", id=order["id"], reason=os.strerror(fault.errno or 0))
            return
        child = self.children[pid] = _Child(order["id"], pid, stdout)
        self.selector.register(stdout, selectors.EVENT_READ, lambda: self._read_output(child))

    def _kill(self, wanted: int) -> None:
        for child in self.children.values():
            if child.id == wanted:
                _kill_group(child.pid)

    def _read_output(self, child: _Child) -> None:
        """Take what a child has said. Its end may have been dealt with in the same round: then it is shut."""
        if child.stdout < 0:
            return
        try:
            data = os.read(child.stdout, _CHUNK)
        except BlockingIOError:
            return
        if data:
            self._listen(child, data)
        else:
            self._shut(child)

    def _listen(self, child: _Child, data: bytes) -> None:
        if child.greeted:
            return
        child.line += data
        if b"\n" in child.line or len(child.line) > _LONGEST_LINE:
            child.greeted = True
            line = child.line.split(b"\n", 1)[0].decode("latin-1")
            self._tell(event="greeted", id=child.id, pid=child.pid, line=line)

    def _shut(self, child: _Child) -> None:
        if child.stdout >= 0:
            self.selector.unregister(child.stdout)
            os.close(child.stdout)
            child.stdout = -1

    def _reap(self) -> None:
        os.read(self.wakeup, _CHUNK)
        for pid, child in tuple(self.children.items()):
            # Left a zombie until its group is dead, so that the group's number cannot be another's.
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            _kill_group(pid)
            _, status = os.waitpid(pid, 0)
            del self.children[pid]
            self._read_output(child)  # what it said last
            self._shut(child)
            self._tell(event="ended", id=child.id, code=os.waitstatus_to_exitcode(status))

    def _tell(self, **event: object) -> None:
        self.orders.sendall(json.dumps(event).encode() + b"\n")

    def _end_all(self) -> None:
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
        _prctl(_PR_SET_NAME, b"relay-spawner")
        Spawner(orders, receive).run()
    finally:
        os._exit(0)


def start_child(order: Mapping[str, Any]) -> tuple[int, int]:
    """Start one program in a session of its own and return its pid and the reading end of its output.

    Raises:
        OSError: no process, or the program cannot be executed.
    """
    with ExitStack() as failing:
        stdout_read, stdout_write = os.pipe()
        failing.callback(os.close, stdout_read)
        with ExitStack() as passing:
            passing.callback(os.close, stdout_write)
            fault_read, fault_write = os.pipe()
            failing.callback(os.close, fault_read)
            passing.callback(os.close, fault_write)
            parent = os.getpid()
            pid = os.fork()
            if not pid:
                _become(order, parent, stdout_write, fault_write)
        if fault := os.read(fault_read, 16):
            os.waitpid(pid, 0)
            raise OSError(int(fault), os.strerror(int(fault)))
        failing.pop_all()
    os.close(fault_read)
    os.set_blocking(stdout_read, False)
    return pid, stdout_read


def _become(order: Mapping[str, Any], parent: int, stdout: int, fault: int) -> NoReturn:
    """Turn the forked child into the program: everything in here runs between fork and exec."""
    try:
        os.setsid()
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        signal.set_wakeup_fd(-1)
        for number in _RESET_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(stdout, 1)
        # Providers write credential-like words to standard error whatever the log level is: nothing is kept.
        os.dup2(nothing, 2)
        os.umask(order["umask"])
        os.chdir(os.fsencode(order["folder"]))
        environment = {os.fsencode(name): os.fsencode(value) for name, value in order["environment"].items()}
        program = os.fsencode(order["program"])
        os.execve(program, [program], environment)  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(fault, str(error.errno or 0).encode())
    finally:
        os._exit(127)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    # The child may not have made its session yet.
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _prctl(option: int, value: int | bytes) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
