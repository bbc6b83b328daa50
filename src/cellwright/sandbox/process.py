"""The one door through which the sandbox's process starts and ends."""

import json
import select
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.search_path import without_current_folder
from cellwright.sandbox.environment import client_environment
from cellwright.sandbox.faults import SandboxAdmin

READY_SECONDS = 60.0
"""How long a start may take; a busy machine is slow, not broken."""

_STOP_SECONDS = 5.0
_LOG_LINES = 10


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox. It ends with `stop()`, with its `with` block, or with this process, in any case."""

    endpoint: str
    """`http://127.0.0.1:PORT`."""
    environment: Mapping[str, str]
    """All that Terraform, or an AWS client, needs in its environment to work in it."""
    pid: int
    log: Path
    """What the emulator refused, and why."""
    _process: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def admin(self) -> SandboxAdmin:
        """The way to order faults and to count calls."""
        return SandboxAdmin(self.endpoint)

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """End the sandbox and all that lives in it; does nothing if it has ended."""
        _end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_sandbox(folder: Path, environment: Mapping[str, str], *, port: int = 0) -> Sandbox:
    """Start a sandbox that keeps its log in `folder`, and wait until it answers.

    Raises:
        DiagnosticError: moto is not installed, the folder can't be written, the port is taken, or the
            process ended or stayed silent; with the last lines of its log.
    """
    if find_spec("moto") is None:
        raise DiagnosticError(
            error("the sandbox is not installed", "install it with: pip install 'cellwright[sandbox]'")
        )
    log = folder / "sandbox.log"
    process = _launch(log, port, environment)
    try:
        ready = _await_ready(process, log)
        endpoint = f"http://127.0.0.1:{ready['port']}"
        _check(endpoint, process.pid)
    except BaseException:
        _end(process)
        raise
    return Sandbox(endpoint, client_environment(endpoint), process.pid, log, process)


def _launch(log: Path, port: int, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    # -P: nothing is imported from the folder that it happens to start in.
    command = [sys.executable, "-P", "-m", "cellwright.sandbox", "--watch-parent", "--port", str(port)]
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.open("wb") as file:
            # A session of its own: an interrupt typed at the terminal is for Terraform, which
            # still needs the sandbox to end well.
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                env=_without_settings(environment),
                start_new_session=True,
            )
    except OSError as failure:
        raise DiagnosticError(
            error(f"the sandbox can't start: {failure}", f"check that {log.parent} can be written")
        ) from failure


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what would change how the emulator behaves."""
    kept = without_current_folder(environment)
    return {name: value for name, value in kept.items() if not name.startswith(("AWS_", "MOTO_"))}


def _await_ready(process: "subprocess.Popen[bytes]", log: Path) -> Mapping[str, int]:
    pipe = _pipe(process.stdout)
    readable, _, _ = select.select([pipe], [], [], READY_SECONDS)
    line = pipe.readline() if readable else b""
    if not line:
        why = "ended" if readable else f"said nothing for {READY_SECONDS:.0f} s"
        raise DiagnosticError(error(f"the sandbox {why} before it was ready", _last_lines(log)))
    ready: Mapping[str, int] = json.loads(line)
    return ready


def _check(endpoint: str, pid: int) -> None:
    """Make sure that it is our process that answers."""
    try:
        answering = SandboxAdmin(endpoint).process()
    except OSError as failure:
        raise DiagnosticError(error(f"the sandbox at {endpoint} doesn't answer: {failure}")) from failure
    if answering != pid:
        raise DiagnosticError(
            error(f"process {answering} answers at {endpoint}, not the sandbox", "choose another port")
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    _pipe(process.stdin).close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _pipe(process.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise AssertionError("the process was started with pipes")
    return pipe


def _last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
    return "its log ends with:\n" + "\n".join(lines) if lines else f"its log {log} is empty"
