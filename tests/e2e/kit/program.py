"""The command line as a person or a pipeline has it: a process of its own, with a clean environment."""

import io
import json
import os
import shutil
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from cellwright.cli.main import main
from cellwright.terraform.install.mirror import VARIABLE as MIRROR
from e2e.kit.fleet import FleetFolder
from e2e.kit.waiting import eventually
from e2e.kit.warm import run_warm
from patience import PATIENCE
from plan_comparison import ASKED

SCRIPT = Path(sysconfig.get_path("scripts")) / "cellwright"
STARTED = "CELLWRIGHT_STARTED"
"""A folder in which the test processes tell each other what they have started: a file for each command."""
_STARTED: set[str] = set()
"""The commands that this test process has started in the ordinary way, or knows that another one has."""

PERSON = {
    "GIT_AUTHOR_NAME": "Ada Example",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada Example",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that a person saw."""
        return self.out + self.err

    @property
    def document(self) -> Any:  # noqa: ANN401  a test knows what it asked for
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def outcomes(self) -> dict[str, str]:
        """Each unit's outcome, from a run's document."""
        return {unit["address"]: unit["outcome"] for unit in self.document["units"]}

    def expect(self, code: int) -> "Answer":
        """Assert the exit code and, whatever it is, that nobody sees a traceback."""
        assert "Traceback" not in self.text, self.text
        assert self.code == code, f"{self.arguments} ended with {self.code}, not {code}:\n{self.text}"
        return self


@dataclass(slots=True)
class Running:
    """A command at work."""

    process: "subprocess.Popen[str]"
    arguments: tuple[str, ...]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to this process alone."""
        self.process.send_signal(number)

    def hears(self, text: str) -> str:
        """Read on standard error until a line has `text`; give that line."""
        for line in self.process.stderr or ():
            if text in line:
                return line
        raise AssertionError(f"it ended without saying '{text}'")

    def kill(self) -> None:
        """Kill -9 of this process alone, and wait for its end."""
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def kill_tree(self, *, not_while: Callable[[], object] = lambda: False) -> None:
        """Kill -9 of this process and of everything below it, whatever its group or session.

        All of them are stopped first. If `not_while` is true then, they go on for a moment.
        """
        top = psutil.Process(self.process.pid)
        tree = stop_tree(top)
        while not_while():
            for process in tree:
                with suppress(psutil.NoSuchProcess):
                    process.resume()
            time.sleep(0.01)
            tree = stop_tree(top)
        for process in tree:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.kill()
        psutil.wait_procs(tree, timeout=PATIENCE)

    def finish(self, patience: float = PATIENCE) -> Answer:
        """Wait for the end, `patience` seconds at the most."""
        out, err = self.process.communicate(timeout=patience)
        return Answer(self.arguments, self.process.returncode, out, err)


@dataclass(frozen=True, slots=True)
class Program:
    """Runs `cellwright` on one fleet, as one person with a home of their own."""

    fleet: FleetFolder
    person: Path
    """A folder for the person's home and temporary files."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """On top of the clean one."""

    def run(self, *arguments: str, before: tuple[str, ...] = (), **environment: str) -> Answer:
        """Run a command to its end; `before` is a program that starts it, with its arguments.

        Each command starts as a person starts it once, by whichever of the test processes is first, and later
        in a process that has loaded it already.
        """
        if before or (not ASKED and self._is_first(arguments[0])):
            with self.started(*arguments, before=before, **environment) as running:
                return running.finish()
        whole = {**self.clean(), **environment}
        return Answer(arguments, *run_warm(arguments, self.fleet.root, whole, self.person))

    def git(self, *arguments: str) -> str:
        """Run git in the fleet as the person, and give what it prints."""
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607  whichever the machine has
            cwd=self.fleet.root,
            env=self.clean(),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def commit_all(self) -> None:
        """Put everything under git as it is."""
        if not (self.fleet.root / ".git").exists():
            self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=As it is")

    def look(self, *arguments: str) -> Answer:
        """Run a command that starts nothing, inside this process: ten times as fast."""
        out, err = io.StringIO(), io.StringIO()
        before, place, clean = dict(os.environ), Path.cwd(), self.clean()
        os.environ.clear()
        os.environ.update(clean)
        os.chdir(self.fleet.root)
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = main(arguments)
        finally:
            os.chdir(place)
            os.environ.clear()
            os.environ.update(before)
        return Answer(arguments, code, out.getvalue(), err.getvalue())

    @contextmanager
    def started(self, *arguments: str, before: tuple[str, ...] = (), **environment: str) -> Iterator[Running]:
        """Start a command; whatever is left of it afterwards is killed."""
        process = subprocess.Popen(
            [*before, str(SCRIPT), *arguments],
            cwd=self.fleet.root,
            env={**self.clean(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with process:
            try:
                yield Running(process, arguments)
            finally:
                process.kill()

    def _is_first(self, command: str) -> bool:
        if command in _STARTED:
            return False
        _STARTED.add(command)
        together = os.environ.get(STARTED)
        if together is None:
            return True
        with suppress(FileExistsError):
            (Path(together) / command.strip("-")).touch(exist_ok=False)
            return True
        return False

    def clean(self) -> dict[str, str]:
        """The whole environment of a command."""
        temporary = self.person / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.person),
            "TMPDIR": str(temporary),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            # Set where the tests run with a program whose providers the machine's own mirror lacks.
            **{name: os.environ[name] for name in (MIRROR,) if name in os.environ},
            **PERSON,
            **self.environment,
        }


def stop_tree(top: psutil.Process) -> list[psutil.Process]:
    """Stop a process and all below it, also what they start meanwhile; return when they stand still."""
    stopped: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        while new := set(below(top)) - set(stopped):
            for process in new:
                with suppress(psutil.NoSuchProcess):
                    process.suspend()
            stopped += new
            for process in new:
                eventually(partial(_stands_still, process), f"{process} to stop")
    return stopped


def below(top: psutil.Process) -> list[psutil.Process]:
    """A process and all below it."""
    return [top, *top.children(recursive=True)]


def _stands_still(process: psutil.Process) -> bool:
    """Tell if no thread of a process runs; one that waits in the kernel (for a child, a disk) does not."""
    try:
        stats = [path.read_text() for path in Path(f"/proc/{process.pid}/task").glob("*/stat")]
    except OSError:
        return False
    return all(stat.rpartition(") ")[2][:1] in "TtZXD" for stat in stats)


def terraform_of_this_machine() -> str | None:
    """The program that these tests are about, if it is here."""
    return shutil.which("terraform") or shutil.which("tofu")


def processes_about(folder: Path) -> list[psutil.Process]:
    """Every living process that works in `folder` or is told of it: nothing else of a run may stay."""
    found = []
    for process in psutil.process_iter():
        try:
            told = [process.cwd(), *process.cmdline(), *process.environ().values()]
        except (psutil.Error, OSError):
            continue
        if process.pid != os.getpid() and any(str(folder) in text for text in told):
            found.append(process)
    return found
