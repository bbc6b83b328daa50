"""The spawner: many programs at once, however they end, and none that outlives it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.relay.processes import eventually, kill, running
from patience import PATIENCE

# The spawner is forked from a fresh process: a test runner has threads.
PREAMBLE = """
import asyncio, json, os, sys
from pathlib import Path
from cellwright.relay.daemon.provider_side.spawner_client import (
    Program, ProgramStartError, SpawnerClient, fork_spawner
)

ours = fork_spawner()
gone = []

def program(path, folder="/", umask=0o022, **environment):
    raw = {name.encode(): value.encode() for name, value in environment.items()}
    return Program(Path(path), Path(folder), raw, umask)

async def started():
    spawner = SpawnerClient(ours, lambda: gone.append(True))
    await spawner.connect()
    return spawner
"""


def script(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def play(text: str, *arguments: object) -> Any:  # noqa: ANN401 - JSON
    """Run a scene with a spawner in a process of its own; gives what it prints."""
    command = [sys.executable, "-c", PREAMBLE + text, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_many_that_end_in_the_same_moment(tmp_path: Path) -> None:
    quick = script(tmp_path, "quick", "echo hello; echo more; exit 3")
    slow = script(tmp_path, "slow", "echo hello; exec sleep 60")
    scene = """
async def main():
    spawner = await started()
    outcome = {"started": 0, "ended": 0}
    for _ in range(6):
        children = [spawner.start(program(sys.argv[1 + number % 2])) for number in range(40)]
        for child in children:
            outcome["started"] += await child.first_line == "hello"
        for child in children:
            spawner.kill(child)
        for child in children:
            await asyncio.wait_for(child.ended.wait(), 300)
            outcome["ended"] += 1
    print(json.dumps({**outcome, "running": len(spawner._spawned), "gone": gone}))
    await spawner.close()

asyncio.run(main())
"""
    assert play(scene, quick, slow) == {"started": 240, "ended": 240, "running": 0, "gone": []}


@pytest.mark.parametrize(
    ("path", "folder", "why"),
    [
        ("/no/such/program", "/", "No such file"),
        ("/etc/passwd", "/", "Permission denied"),
        ("/bin/true", "/no/such/folder", "No such file"),
        ("/bin/true", "/", "ended with code 0"),
    ],
)
def test_what_does_not_start_or_says_nothing(path: str, folder: str, why: str) -> None:
    scene = """
async def main():
    spawner = await started()
    try:
        await spawner.start(program(*sys.argv[1:])).first_line
    except ProgramStartError as fault:
        print(json.dumps([str(fault), gone]))
    await spawner.close()

asyncio.run(main())
"""
    said, gone = play(scene, path, folder)

    assert why in said
    assert not gone


def test_a_child_starts_with_what_it_was_given_and_nothing_else(tmp_path: Path) -> None:
    probe = script(tmp_path, "probe", f'exec "{sys.executable}" -c "$PROBE"')
    text = (
        "import os, json, signal; print(json.dumps([dict(os.environ), os.getcwd(), oct(os.umask(0)),"
        " os.getsid(0) == os.getpid(), signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,"
        " os.readlink('/proc/self/fd/0'), os.readlink('/proc/self/fd/2'),"
        " sorted(map(int, os.listdir('/proc/self/fd')))[:3]]))"
    )
    scene = """
async def main():
    spawner = await started()
    child = spawner.start(program(sys.argv[1], sys.argv[2], 0o027, PROBE=sys.argv[3], ODD="a=b c\\nd"))
    print(json.dumps(json.loads(await child.first_line)))
    await spawner.close()

asyncio.run(main())
"""
    environment, folder, umask, own_session, default_signals, stdin, stderr, files = play(
        scene, probe, tmp_path, text
    )

    assert environment["ODD"] == "a=b c\nd"
    assert not set(environment) - {"PROBE", "ODD", "PWD", "SHLVL", "_", "LC_CTYPE"}
    assert folder == str(tmp_path)
    assert umask == "0o27"
    assert own_session
    assert default_signals
    assert (stdin, stderr) == ("/dev/null", "/dev/null")
    assert files == [0, 1, 2]


def test_a_killed_child_takes_along_what_it_started(tmp_path: Path) -> None:
    parent = script(tmp_path, "parent", "sleep 60 & echo $!; wait")
    scene = """
async def main():
    spawner = await started()
    child = spawner.start(program(sys.argv[1], PATH=os.environ["PATH"]))
    grandchild = int(await child.first_line)
    spawner.kill(child)
    await child.ended.wait()
    print(json.dumps(grandchild))
    await spawner.close()

asyncio.run(main())
"""
    grandchild = play(scene, parent)

    eventually(lambda: not running(grandchild), "the grandchild has ended")


@pytest.mark.parametrize("how", ["ends", "is killed"])
def test_nothing_outlives_the_relay(tmp_path: Path, how: str) -> None:
    parent = script(tmp_path, "parent", "sleep 60 & echo $$ $!; exec sleep 60")
    scene = """
async def main():
    spawner = await started()
    child = spawner.start(program(sys.argv[1], PATH=os.environ["PATH"]))
    print(json.dumps([int(pid) for pid in (await child.first_line).split()]), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""
    command = [sys.executable, "-c", PREAMBLE + scene, str(parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as relay:
        assert relay.stdout is not None
        pids = json.loads(relay.stdout.readline())
        relay.terminate() if how == "ends" else kill(relay.pid)

    eventually(lambda: not any(running(pid) for pid in pids), "nothing is left")


def test_a_relay_is_told_when_its_spawner_is_gone(tmp_path: Path) -> None:
    slow = script(tmp_path, "slow", "echo $$; exec sleep 60")
    scene = """
async def main():
    spawner = await started()
    child = spawner.start(program(sys.argv[1], PATH=os.environ["PATH"]))
    pid = int(await child.first_line)
    waiting = spawner.start(program(sys.argv[1]))
    (number,) = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    os.kill(int(number), 9)
    await child.ended.wait()
    try:
        spawner.start(program(sys.argv[1]))
        refused = ""
    except ProgramStartError as fault:
        refused = str(fault)
    print(json.dumps([gone, refused, pid]))
    await spawner.close()

asyncio.run(main())
"""
    gone, refused, pid = play(scene, slow)

    assert gone == [True]
    assert refused == "the spawner is gone"
    eventually(lambda: not running(pid), "the kernel has ended the program")
