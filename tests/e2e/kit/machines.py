"""Machines for tests: namespaces with a network, a host name and a file system of their own.

A hub stands between them, as a network does: each machine has a cable (a veth pair) to it, and what the hub
listens on is all that a machine reaches. Needs no root where the system lets anybody make user namespaces.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from missing import skip_without
from patience import PATIENCE

HUB = "10.77.0.1"
"""The hub's address, the same for all machines."""
MISSING = "namespaces (unshare, nsenter and ip, and leave to make namespaces)"

_FORWARD = Path(__file__).with_name("forward.py")
_OWN_USER = ("--user", "--map-root-user")
"""Makes a user namespace as well, in which anybody may do what root may."""
_PROGRAMS = ("unshare", "nsenter", "ip", "mount", "hostname")


@dataclass(slots=True)
class Namespaces:
    """The namespaces of one process; they are gone with it and what was started in them."""

    process: "subprocess.Popen[str]"
    kinds: Sequence[str]

    def entering(self) -> tuple[str, ...]:
        """The command that starts another one in there."""
        return ("nsenter", f"--target={self.process.pid}", *self.kinds, "--")

    def run(self, *command: str) -> None:
        subprocess.run([*self.entering(), *command], check=True, capture_output=True)


@dataclass(slots=True)
class Hub:
    """The network between the machines."""

    inside: Namespaces
    _machines: int = field(init=False, default=0)

    @contextmanager
    def listening(self, forwarded: dict[int, Path]) -> Iterator[None]:
        """Pass connections to these ports on to Unix sockets."""
        pairs = [text for port, path in forwarded.items() for text in (str(port), str(path))]
        with _started(*self.inside.entering(), sys.executable, str(_FORWARD), *pairs):
            yield

    @contextmanager
    def serving_git(self, below: Path) -> Iterator[str]:
        """Serve the repositories in a folder; gives the address of the folder."""
        daemon = ("git", "daemon", "--reuseaddr", "--export-all", f"--base-path={below}", str(below))
        process = subprocess.Popen([*self.inside.entering(), *daemon], stdin=subprocess.DEVNULL)
        try:
            yield f"git://{HUB}"
        finally:
            process.terminate()
            process.wait(PATIENCE)

    @contextmanager
    def machine(self, name: str, *, home: Path, hides: Sequence[Path]) -> Iterator[Namespaces]:
        """Make a machine with an empty home; of what lies in the folders `hides` it sees nothing."""
        self._machines += 1
        number = self._machines
        kinds = ("--net", "--mount", "--uts")
        mounts = [f"mount -t tmpfs {name} '{folder}'" for folder in (home, *hides)]
        lines = [f"hostname {name}", *mounts, f"cd {home}; mkdir tmp", "echo ready", "exec cat"]
        outer = self.inside.entering()
        with _started(*outer, "unshare", *kinds, "--", "sh", "-ec", "\n".join(lines)) as process:
            user = [kind for kind in self.inside.kinds if kind != "--net"]
            inside = Namespaces(process, (*user, *kinds))
            cable, here, there = f"m{number}", f"10.77.{number}.1", f"10.77.{number}.2"
            self.inside.run(
                "ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(process.pid)
            )
            self.inside.run("ip", "address", "add", f"{here}/24", "dev", cable)
            self.inside.run("ip", "link", "set", cable, "up")
            inside.run("ip", "link", "set", "lo", "up")
            inside.run("ip", "address", "add", f"{there}/24", "dev", "eth0")
            inside.run("ip", "link", "set", "eth0", "up")
            inside.run("ip", "route", "add", "default", "via", here)
            yield inside


@contextmanager
def hub() -> Iterator[Hub]:
    """Make a network without machines; skips the test where that can't be done."""
    if any(shutil.which(program) is None for program in _PROGRAMS):
        skip_without(MISSING)
    user = next(filter(_can_make, ((), _OWN_USER)), None)
    if user is None:
        skip_without(MISSING)
    script = f"ip link set lo up; ip address add {HUB}/32 dev lo; echo ready; exec cat"
    with _started("unshare", *user, "--net", "--", "sh", "-ec", script) as process:
        yield Hub(Namespaces(process, ("--user", "--preserve-credentials", "--net") if user else ("--net",)))


def _can_make(user: tuple[str, ...]) -> bool:
    """Tell whether namespaces can be made, and a cable in them."""
    cable = ("ip", "link", "add", "x", "type", "veth")
    command = ("unshare", *user, "--net", "--mount", "--uts", *cable)
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def _started(*command: str) -> Iterator["subprocess.Popen[str]"]:
    """Start what says that it is ready, and ends with its standard input."""
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        stack.callback(process.kill)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", command
        yield process
