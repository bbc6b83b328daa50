import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from cellwright.relay.daemon import peer
from cellwright.relay.daemon.peer import PeerError, check_same_user, identify

CLIENT = """
import os, socket, sys
os.umask(0o027)
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
connection.sendall(b"here")
sys.stdin.read()
"""


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def visitor(tmp_path: Path, **environment: str) -> Iterator[tuple[socket.socket, "subprocess.Popen[bytes]"]]:
    """A process that has connected."""
    address = tmp_path / "s"
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(os.path.relpath(address))
        listener.listen()
        process = subprocess.Popen(
            [sys.executable, "-c", CLIENT, os.path.relpath(address, tmp_path)],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.PIPE,
        )
        connection, _ = listener.accept()
        with connection, process:
            connection.recv(4)
            yield connection, process
            process.kill()


def test_a_process_that_was_given_the_address(tmp_path: Path) -> None:
    with visitor(tmp_path, TF_REATTACH_PROVIDERS='{"x": "/run/here.sock"}', AWS_REGION="a=b") as (
        there,
        process,
    ):
        peer = identify(there, "/run/here.sock")

        assert peer.pid == process.pid
        assert peer.folder == tmp_path
        assert peer.environment[b"AWS_REGION"] == b"a=b"
        assert peer.umask == 0o027
        alive = [peer.alive]
        process.kill()
        process.wait()
        alive.append(peer.alive)
        assert alive == [True, False]
        os.close(peer.handle)


def test_a_process_that_was_not_given_the_address_is_refused(tmp_path: Path) -> None:
    before = open_files()
    with (
        visitor(tmp_path, TF_REATTACH_PROVIDERS="{}") as (there, _),
        pytest.raises(PeerError, match="not given"),
    ):
        identify(there, "/run/here.sock")

    assert open_files() == before


def test_a_process_that_is_gone_is_refused(tmp_path: Path) -> None:
    with visitor(tmp_path) as (there, process):
        process.kill()
        process.wait()
        with pytest.raises(PeerError):
            identify(there, "")


def test_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with visitor(tmp_path) as (there, _):
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        with pytest.raises(PeerError, match="a process of user"):
            check_same_user(there)


def test_a_socket_without_credentials_is_refused() -> None:
    shut = socket.socket(socket.AF_UNIX)
    shut.close()
    with pytest.raises(PeerError):
        check_same_user(shut)


def test_a_process_that_ended_while_it_was_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with visitor(tmp_path) as (there, _):
        monkeypatch.setattr(peer, "has_ended", lambda _handle: True)
        with pytest.raises(PeerError, match="is gone"):
            identify(there, "")
