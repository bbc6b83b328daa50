import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cellwright.relay import linux
from cellwright.relay.linux import (
    has_ended,
    open_process,
    peer_credentials,
    process_context,
    why_unsupported,
)


def test_only_linux_is_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_unsupported() is None
    monkeypatch.setattr("sys.platform", "darwin")
    assert why_unsupported() == "the relay needs Linux"


def test_the_credentials_of_a_peer() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert peer_credentials(ours) == (os.getpid(), os.getuid())


def test_what_a_process_passes_on_to_its_children(tmp_path: Path) -> None:
    script = "import os, sys; os.umask(0o027); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"ODD": "a=b\nc", "EMPTY": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        context = process_context(process.pid)
        process.kill()

    assert context.folder == tmp_path
    assert context.umask == 0o027
    assert context.environment[b"ODD"] == b"a=b\nc"
    assert context.environment[b"EMPTY"] == b""


def test_a_handle_tells_when_its_process_has_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        handle = open_process(process.pid)
        states = [has_ended(handle)]
        process.kill()
        process.wait()
        states.append(has_ended(handle))
        os.close(handle)

    assert states == [False, True]


def test_a_process_that_is_gone_has_no_handle_and_no_context() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    with pytest.raises(OSError, match="No such process"):
        open_process(process.pid)
    with pytest.raises(OSError, match="No such file"):
        process_context(process.pid)


def test_a_status_without_a_umask_means_the_usual_one() -> None:
    assert linux._parse_umask("Name:\tx\nState:\tR\n") == 0o022
