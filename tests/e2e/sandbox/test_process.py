"""The sandbox's process: it starts, answers, and leaves nothing behind, however its owner ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.sandbox import process
from cellwright.sandbox.faults import SandboxAdmin
from cellwright.sandbox.process import start_sandbox
from patience import PATIENCE

pytestmark = pytest.mark.aws

OWNER = """
import os
import sys, time
from pathlib import Path
from cellwright.sandbox.process import start_sandbox

sandbox = start_sandbox(Path(sys.argv[1]), os.environ)
print(sandbox.pid, sandbox.endpoint, flush=True)
time.sleep(600)
"""


def comes_true(condition: Callable[[], bool]) -> bool:
    """Wait for something that another process does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def has_ended(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_it_answers_as_soon_as_it_is_given_out_and_is_gone_after_its_block(tmp_path: Path) -> None:
    with start_sandbox(tmp_path / "new" / "folder", os.environ) as sandbox:
        assert sandbox.admin.process() == sandbox.pid
        assert sandbox.environment["AWS_ENDPOINT_URL"] == sandbox.endpoint

    assert has_ended(sandbox.pid)
    with pytest.raises(OSError, match="refused"):
        sandbox.admin.process()
    assert stat_mode(tmp_path / "new" / "folder") == 0o700


def stat_mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_stopping_twice_does_nothing(tmp_path: Path) -> None:
    sandbox = start_sandbox(tmp_path, os.environ)
    sandbox.stop()
    sandbox.stop()

    assert has_ended(sandbox.pid)


def test_two_get_ports_of_their_own(tmp_path: Path) -> None:
    with (
        start_sandbox(tmp_path / "one", os.environ) as one,
        start_sandbox(tmp_path / "two", os.environ) as two,
    ):
        assert one.endpoint != two.endpoint


def test_a_delayed_call_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with start_sandbox(tmp_path, os.environ) as sandbox:
        from_outside = socket.create_connection(("127.0.0.1", int(sandbox.endpoint.rpartition(":")[2])))

    from_outside.close()
    assert has_ended(sandbox.pid)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_its_owner(tmp_path: Path, ending: signal.Signals) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid, endpoint = owner.stdout.readline().split()
    assert SandboxAdmin(endpoint).process() == int(pid)

    owner.send_signal(ending)
    owner.wait()
    owner.stdout.close()

    assert comes_true(lambda: has_ended(int(pid)))


def test_an_interrupt_at_the_terminal_is_not_for_it(tmp_path: Path) -> None:
    with start_sandbox(tmp_path, os.environ) as sandbox:
        assert os.getsid(sandbox.pid) != os.getsid(0)


def test_on_its_own_it_runs_until_it_is_interrupted() -> None:
    alone = subprocess.Popen([sys.executable, "-m", "cellwright.sandbox"], stdout=subprocess.PIPE)
    assert alone.stdout is not None
    ready = json.loads(alone.stdout.readline())
    assert SandboxAdmin(f"http://127.0.0.1:{ready['port']}").process() == alone.pid == ready["pid"]

    alone.send_signal(signal.SIGINT)
    assert alone.wait(PATIENCE) == 0
    alone.stdout.close()


def test_a_port_that_is_taken_is_told_with_the_last_lines_of_the_log(tmp_path: Path) -> None:
    ended = pytest.raises(DiagnosticError, match="ended before it was ready")
    with socket.create_server(("127.0.0.1", 0)) as other, ended as caught:
        start_sandbox(tmp_path, os.environ, port=other.getsockname()[1])

    assert "in use" in str(caught.value)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DiagnosticError, match="can't start"):
        start_sandbox(tmp_path / "file" / "below", os.environ)


def test_a_sandbox_that_was_not_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "find_spec", lambda _name: None)

    with pytest.raises(DiagnosticError, match="pip install"):
        start_sandbox(tmp_path, os.environ)


def test_one_that_stays_silent_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tmp_path / "python"
    silent.write_text('#!/bin/sh\necho $$ > "$(dirname "$0")/pid"\nexec sleep 600\n')
    silent.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(silent))
    monkeypatch.setattr(process, "READY_SECONDS", 3.0)
    monkeypatch.setattr(process, "_STOP_SECONDS", 0.1)

    with pytest.raises(DiagnosticError, match="said nothing"):
        start_sandbox(tmp_path, os.environ)

    assert has_ended(int((tmp_path / "pid").read_text()))


def test_somebody_elses_answer_is_not_taken_for_ours(tmp_path: Path) -> None:
    with (
        start_sandbox(tmp_path, os.environ) as other,
        pytest.raises(DiagnosticError, match="not the sandbox"),
    ):
        process._check(other.endpoint, other.pid + 1)


def test_an_answer_that_never_comes_is_told() -> None:
    with pytest.raises(DiagnosticError, match="doesn't answer"):
        process._check("http://127.0.0.1:1", 1)


def test_the_environment_of_its_owner_does_not_change_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")

    with start_sandbox(tmp_path, os.environ) as sandbox:
        names = psutil.Process(sandbox.pid).environ()

    assert not {"AWS_ENDPOINT_URL", "MOTO_ACCOUNT_ID"} & set(names)
