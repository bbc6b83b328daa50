"""The command line as a process of its own: on a terminal, in a pipe, on a full disk."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from e2e.kit.warm import warm_process
from patience import PATIENCE
from unit.cli.on_terminal import execute

_PRELUDE = """
import os, sys, time
from dataclasses import replace
from pathlib import Path
from cellwright.app.runs.report import RunReport
from cellwright.app.clients import offboard
from cellwright.app.history import events
from cellwright.app.runs import apply
from cellwright.app.session import session
from cellwright.app.status import status
from cellwright.cli.main import main
from cellwright.model.settings.build_settings import BuildSettings
from cellwright.model.runs.progress import Phase, PhaseEntered, RunFinished, RunStarted, UnitFinished
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from golden.cli import history_samples, life_samples, samples
from unit.cli.progress.made_up_run import stamped

class Opened:
    root = Path("/")
    def __init__(self, location, notice): pass
    def builds(self): return BuildSettings()
    def repository(self): return None
    def close(self): pass

session.FleetSession = Opened
os.environ["CELLWRIGHT_ACTOR"] = "ada"
RUN = samples.run(samples.RunKind.APPLY, RunStatus.RUNNING, samples.ACME_APP)

def ended(outcome, status):
    return RunReport(replace(RUN, status=status), (UnitResult(samples.ACME_APP, outcome, 1.0),))

def asking(session, actor, request, talk):
    talk.reporter.report(stamped(RunStarted(RUN)))
    talk.reporter.report(stamped(PhaseEntered(samples.ACME_APP, Phase.AWAITING_APPROVAL)))
    approved = talk.approver.approve({samples.ACME_APP: samples.APP_PLAN}, lambda: False)
    talk.reporter.report(stamped(RunFinished(RUN)))
    if approved:
        return ended(Outcome.APPLIED, RunStatus.SUCCEEDED)
    return ended(Outcome.SKIPPED, RunStatus.CANCELLED)

def waiting(session, actor, request, talk):
    talk.reporter.report(stamped(RunStarted(RUN)))
    talk.reporter.report(stamped(PhaseEntered(samples.ACME_APP, Phase.APPLYING)))
    while talk.interrupts.requested() < LEVEL:
        time.sleep(0.05)
    talk.reporter.report(stamped(RunFinished(RUN)))
    return ended(Outcome.CANCELLED, RunStatus.CANCELLED)
"""
_ROOT = Path(__file__).parents[3]


def script(body: str) -> list[str]:
    return [sys.executable, "-c", f"{_PRELUDE}\n{body}"]


def environment(**more: str) -> dict[str, str]:
    own = {"NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"}
    kept = {key: value for key, value in os.environ.items() if key not in own}
    return {**kept, "PYTHONPATH": str(_ROOT / "tests"), "TERM": "xterm-256color", **more}


@dataclass
class Terminal:
    """A process whose three standard streams are one terminal, seen from the other side."""

    process: ForkServerProcess
    descriptor: int
    seen: str = ""

    def until(self, text: str) -> str:
        """Read until `text` has been seen."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.seen:
            assert time.monotonic() < deadline, f"{text!r} never came; seen: {self.seen!r}"
            assert self.more(), f"the process ended before {text!r}; seen: {self.seen!r}"
        return self.seen

    def more(self) -> bool:
        """Read what there is; False at the end."""
        ready = select.select([self.descriptor, self.process.sentinel], [], [], PATIENCE)[0]
        assert ready, f"it says nothing more after {self.seen!r}"
        if self.descriptor not in ready:
            return False
        self.seen += os.read(self.descriptor, 65536).decode(errors="replace")
        return True

    def types(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    def ends(self) -> int:
        """Read to the end; returns the exit code."""
        while self.more():
            pass
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None, f"it goes on after {self.seen!r}"
        return self.process.exitcode

    def interrupt(self) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGINT)


@contextmanager
def terminal(body: str, **more: str) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    text = f"{_PRELUDE}\n{body}"
    process = warm_process(execute, Path(os.ttyname(theirs)), environment(**more), text)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.join(PATIENCE)
        process.close()
        os.close(theirs)
        os.close(ours)


ASK = "apply.apply = asking; sys.exit(main(['apply']))"
WAIT = "apply.apply = waiting; sys.exit(main(['apply', '--yes']))"


@pytest.mark.parametrize(("typed", "code"), [("yes", 0), ("no", 1)])
def test_on_a_terminal_the_plan_is_shown_and_approval_is_asked_for(typed: str, code: int) -> None:
    with terminal(ASK) as found:
        found.until("Only 'yes' is taken as a yes: ")
        assert "aws_ecs_task_definition.app" in found.seen
        found.types(f"{typed}\n")
        assert found.ends() == code


def test_input_typed_before_the_question_is_no_answer() -> None:
    late = """
import select
def late(*given):
    select.select([sys.stdin], [], [])
    return asking(*given)
apply.apply = late
print("ready", flush=True)
sys.exit(main(["apply"]))
"""
    with terminal(late) as found:
        found.until("ready")
        found.types("yes\n")
        found.until("Only 'yes' is taken as a yes: ")
        found.types("no\n")
        assert found.ends() == 1


def test_ctrl_c_at_the_question_is_a_no_and_ends_with_130() -> None:
    with terminal(ASK) as found:
        found.until("Only 'yes' is taken as a yes: ")
        found.interrupt()
        assert found.ends() == 130


@pytest.mark.parametrize("level", [1, 2])
def test_ctrl_c_is_announced_in_the_table_and_ends_with_130(level: int) -> None:
    with terminal(f"LEVEL = {level}; {WAIT}") as found:
        found.until("0/1")
        found.interrupt()
        if level > 1:
            found.until("press Ctrl-C again to kill")
            found.interrupt()
        assert found.ends() == 130
        assert found.seen.count("\x1b[?25l") == found.seen.count("\x1b[?25h")


def test_a_dumb_terminal_gets_plain_lines() -> None:
    with terminal(f"LEVEL = 1; {WAIT}", TERM="dumb") as found:
        found.until("client/acme/app: applying")
        found.interrupt()
        assert found.ends() == 130
        assert "\x1b" not in found.seen
        assert "stopping after what runs; press Ctrl-C again to kill" in found.seen


def test_no_color_is_respected_on_a_terminal() -> None:
    colours = ("\x1b[3", "\x1b[1;3", "\x1b[9")
    body = "status.status = lambda *_: samples.STATUS; sys.exit(main(['status']))"
    with terminal(body) as found:
        assert found.ends() == 0
        assert any(colour in found.seen for colour in colours)
    with terminal(body, NO_COLOR="1") as found:
        assert found.ends() == 0
        assert not any(colour in found.seen for colour in colours)


def test_offboarding_asks_for_the_name() -> None:
    body = """
def planned(session, actor, request, talk):
    request.confirm(None)
    return life_samples.OFFBOARDED
offboard.offboard = planned
sys.exit(main(["offboard", "globex"]))
"""
    with terminal(body) as found:
        found.until("Type its name to go on: ")
        found.types("globex\n")
        assert found.ends() == 0
    with terminal(body) as found:
        found.until("Type its name to go on: ")
        found.types("acme\n")
        assert found.ends() == 1
        assert "nothing was done" in found.seen


def test_ctrl_c_without_a_terminal_is_announced_in_a_line(tmp_path: Path) -> None:
    with (tmp_path / "err").open("w+b") as errors:
        process = subprocess.Popen(
            script(f"LEVEL = 1; {WAIT}"), stdout=subprocess.DEVNULL, stderr=errors, env=environment()
        )
        deadline = time.monotonic() + PATIENCE
        while b"applying" not in (tmp_path / "err").read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
    said = (tmp_path / "err").read_text().splitlines()
    assert "stopping after what runs; press Ctrl-C again to kill" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["status", "--all"], 141), (["events", "--json"], 141), (["--help"], 1)],
)
def test_a_closed_pipe_ends_the_command_without_a_message(arguments: list[str], code: int) -> None:
    body = f"""
status.status = lambda *_: samples.BIG_STATUS
events.events = lambda *_: history_samples.EVENTS * 1000
sys.exit(main({arguments}))
"""
    process = subprocess.Popen(
        script(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(PATIENCE) == code
    assert said == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["status", "--json"],
        ["--version"],
        ["--help"],
        ["apply", "--help"],
        [],
        ["--show-completion"],
    ],
)
def test_a_full_disk_is_a_failure_in_one_line(arguments: list[str], tmp_path: Path) -> None:
    body = f"status.status = lambda *_: samples.STATUS; sys.exit(main({arguments}))"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            script(body),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=environment(TMPDIR=str(tmp_path)),
        )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("error: standard output can't be written: No space left on device; ")
    assert list(tmp_path.iterdir()) == []  # it is no fault that anybody looks for in a traceback


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("cellwright on", "onboard"),
        ("cellwright events v", "verify"),
        ("cellwright plan --exit", "--exit-code"),
    ],
)
def test_a_shell_can_complete_commands_and_options(typed: str, expected: str) -> None:
    asked = {
        "_CELLWRIGHT_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(typed.count(" ")),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from cellwright.cli.main import main; main()"],
        capture_output=True,
        text=True,
        check=True,
        env=environment(**asked),
    )
    assert done.stdout.split() == [expected]
