"""The daemon as a process: one at a time, of one version, for one user, ended when it is not needed."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import pytest

from cellwright.relay.build import build_id
from cellwright.relay.client import relay_client as client
from cellwright.relay.client.relay_client import Declined, Grant, RelayClient, RelayError
from cellwright.relay.folders import CONTROL_SOCKET, daemon_folder, ensure_private_folder
from cellwright.relay.messages import GrantRequest, ProviderRequest
from contract.relay.laboratory import short_folder
from contract.relay.processes import eventually, running
from patience import PATIENCE


@pytest.fixture(name="runtime")
def runtime_fixture(tmp_path: Path) -> Iterator[Path]:
    runtime = short_folder()
    yield runtime
    RelayClient(tmp_path, runtime, os.environ).stop(now=True)
    shutil.rmtree(runtime, ignore_errors=True)


def impostor(folder: Path, answers: list[bytes]) -> socket.socket:
    """Something else that listens where a daemon would; gives these answers in turn, one a connection."""
    ensure_private_folder(folder)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / CONTROL_SOCKET))
    listener.listen()

    def serve() -> None:
        with suppress(OSError):
            for answer in cycle(answers):
                connection, _ = listener.accept()
                with connection, connection.makefile("rb") as file:
                    file.readline()
                    connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return listener


def done(body: dict[str, object]) -> bytes:
    return json.dumps({"verb": "done", "body": body}).encode() + b"\n"


def test_all_clients_reach_the_same_daemon(tmp_path: Path, runtime: Path) -> None:
    def connect(_: int) -> int:
        return RelayClient.connect_or_start(tmp_path, runtime, os.environ).ensure_running()

    with ThreadPoolExecutor(6) as pool:
        pids = set(pool.map(connect, range(6)))

    assert len(pids) == 1


def test_clients_in_different_processes_reach_the_same_daemon(tmp_path: Path, runtime: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path;"
        "from cellwright.relay.client.relay_client import RelayClient;"
        "relay = RelayClient.connect_or_start(Path(sys.argv[1]), Path(sys.argv[2]), os.environ);"
        "print(relay.ensure_running())"
    )
    command = [sys.executable, "-c", script, str(tmp_path), str(runtime)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]

    answers = {process.communicate(timeout=PATIENCE)[0] for process in started}

    assert len(answers) == 1
    assert int(answers.pop()) == RelayClient.connect_or_start(tmp_path, runtime, os.environ).ensure_running()


def test_it_ends_when_it_is_not_needed(tmp_path: Path, runtime: Path) -> None:
    relay = RelayClient.connect_or_start(tmp_path, runtime, os.environ, idle_seconds=0.3)
    pid = relay.ensure_running()

    eventually(lambda: not running(pid), "the daemon ends by itself")

    assert not list(daemon_folder(runtime, tmp_path).glob("*.sock"))
    assert relay.ensure_running() != pid, "and is started again when it is needed"


def test_it_is_detached(tmp_path: Path, runtime: Path) -> None:
    pid = RelayClient.connect_or_start(tmp_path, runtime, os.environ).ensure_running()
    status = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    parent, session, terminal = int(status[1]), int(status[3]), int(status[4])

    assert parent not in {os.getpid(), os.getppid()}
    assert session == pid
    assert terminal == 0
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    assert {str(Path(f"/proc/{pid}/fd/{number}").readlink()) for number in (0, 1, 2)} == {"/dev/null"}


def test_it_gets_what_it_needs_of_the_environment_that_was_handed_in_and_no_credentials(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "of-the-test")
    environment = {"PATH": os.environ["PATH"], "LANG": "handed-in", "AWS_SECRET_ACCESS_KEY": "planted"}
    pid = RelayClient.connect_or_start(tmp_path, runtime, environment).ensure_running()

    found = Path(f"/proc/{pid}/environ").read_bytes()
    assert b"LANG=handed-in" in found
    assert b"of-the-test" not in found
    assert b"planted" not in found


def test_a_daemon_of_another_version_is_left_alone(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = RelayClient.connect_or_start(tmp_path, runtime, os.environ).ensure_running()
    other_folder = runtime / "relay-other"
    monkeypatch.setattr(client, "daemon_folder", lambda _runtime, _cache: other_folder)

    theirs = RelayClient.connect_or_start(tmp_path, runtime, os.environ)

    assert theirs.ensure_running() != ours
    assert running(ours)
    theirs.stop(now=True)


def test_an_answer_of_another_version_is_not_believed(tmp_path: Path, runtime: Path) -> None:
    folder = daemon_folder(runtime, tmp_path)
    with impostor(folder, [done({"build": "another", "pid": 1})]):
        # The real daemon replaces the process that answered wrongly.
        assert RelayClient.connect_or_start(tmp_path, runtime, os.environ).ensure_running() > 1


@pytest.mark.parametrize(
    "answer", [b"", b"garbage\n", b'{"verb": "fault", "body": {"why": "tired"}}\n', done({})]
)
def test_strange_answers_decline(tmp_path: Path, runtime: Path, answer: bytes) -> None:
    relay = RelayClient(tmp_path, runtime, os.environ)
    request = GrantRequest(tmp_path, "plan", (), None)
    hello = done({"build": build_id(), "pid": 1})
    with impostor(daemon_folder(runtime, tmp_path), [answer, hello, answer]):
        assert isinstance(relay.grant(request), Declined)
        assert not relay.report(Grant("x", {})).used
        assert not relay.release(Grant("x", {})).used


def test_a_grant_for_nothing_is_declined(tmp_path: Path, runtime: Path) -> None:
    relay = RelayClient.connect_or_start(tmp_path, runtime, os.environ)

    answer = relay.grant(GrantRequest(tmp_path, "plan", (), None))

    assert answer == Declined("no providers")


def test_a_package_that_is_not_there_is_declined(tmp_path: Path, runtime: Path) -> None:
    relay = RelayClient.connect_or_start(tmp_path, runtime, os.environ)
    provider = ProviderRequest(
        "registry.terraform.io/x/y",
        tmp_path / "nowhere",
        frozenset(),
        schema_from_code=False,
        cache_checks=False,
    )

    answer = relay.grant(GrantRequest(tmp_path, "plan", (provider,), None))

    assert isinstance(answer, Declined)
    assert "cannot be read" in answer.reason


def test_an_unknown_grant_is_not_reported(tmp_path: Path, runtime: Path) -> None:
    relay = RelayClient.connect_or_start(tmp_path, runtime, os.environ)

    assert relay.report(Grant("unknown", {})).reason == "no such grant"
    assert relay.release(Grant("unknown", {})).reason == "no such grant"


def test_a_relay_that_is_gone_is_started_again_for_a_grant(tmp_path: Path, runtime: Path) -> None:
    relay = RelayClient.connect_or_start(tmp_path, runtime, os.environ)
    pid = relay.ensure_running()
    relay.stop(now=True)
    eventually(lambda: not running(pid), "the daemon has ended")

    assert relay.grant(GrantRequest(tmp_path, "plan", (), None)) == Declined("no providers")
    assert relay.ensure_running() != pid


def test_nonsense_on_the_control_socket_is_answered(tmp_path: Path, runtime: Path) -> None:
    RelayClient.connect_or_start(tmp_path, runtime, os.environ)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(daemon_folder(runtime, tmp_path) / CONTROL_SOCKET))
        connection.sendall(b'nonsense\n{"verb": "fly", "body": {}}\n{"verb": "grant", "body": {}}\n')
        with connection.makefile("rb") as file:
            answers = [json.loads(file.readline()) for _ in range(3)]

    assert [answer["verb"] for answer in answers] == ["fault"] * 3
    assert answers[1]["body"]["why"] == "unknown request"


def test_other_systems_decline(tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")

    with pytest.raises(RelayError, match="needs Linux"):
        RelayClient.connect_or_start(tmp_path, runtime, os.environ)


def test_a_runtime_folder_that_is_too_deep_declines(tmp_path: Path, runtime: Path) -> None:
    with pytest.raises(RelayError, match="too long"):
        RelayClient.connect_or_start(tmp_path, runtime / ("x" * 60), os.environ)


def test_a_daemon_that_cannot_start_says_why(
    tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))

    with pytest.raises(RelayError, match="did not start"):
        RelayClient.connect_or_start(tmp_path, runtime, os.environ)


def test_a_daemon_whose_folder_is_taken_away_says_why(tmp_path: Path, runtime: Path) -> None:
    relay = RelayClient(tmp_path, runtime, os.environ)
    folder = ensure_private_folder(daemon_folder(runtime, tmp_path))
    (folder / "daemon.lock").mkdir()

    with pytest.raises(RelayError, match=r"did not start.*directory"):
        relay.ensure_running()
