import io
import threading

from cellwright.cli.progress.plain import PlainReporter
from cellwright.model.diagnostic import error, warning
from cellwright.model.position import Position
from cellwright.model.runs.plan import PlanSummary, ResourceCounts
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
)
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, UnitResult
from unit.cli.progress.made_up_run import applied, run_of, stamped, units

A, B = units(2)
NAME = "client/client-0000/app"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lines(*progress: Progress) -> list[str]:
    stream = io.StringIO()
    reporter = PlainReporter(stream)
    for item in progress:
        reporter.report(stamped(item))
    return stream.getvalue().splitlines()


def test_a_run_in_lines() -> None:
    plan = PlanSummary(ResourceCounts(add=2, destroy=1), (), (), applyable=True)
    assert lines(
        RunStarted(run_of(A, B)),
        PhaseEntered(A, Phase.PREPARING),
        PhaseEntered(A, Phase.INITIALISING),
        PhaseEntered(A, Phase.PLANNING),
        ProgramSaid(A, "Terraform 1.11.4"),
        UnitPlanned(A, plan),
        PhaseEntered(A, Phase.APPLYING),
        ResourceProgress(A, "aws_vpc.main", "create", "started"),
        ResourceProgress(A, "aws_vpc.main", "create", "progress", 10),
        ResourceProgress(A, "aws_vpc.main", "create", "done", 12),
        ResourceProgress(A, "aws_subnet.a", "delete", "errored", 2),
        ResourceProgress(A, "aws_subnet.b", "mystery", "done", 2),
        DiagnosticSeen(A, warning("careful")),
        DiagnosticSeen(A, error("it\nbroke", "fix it", Position("main.tf", 3, 1))),
        UnitFinished(applied(A)),
        UnitFinished(UnitResult(B, Outcome.SKIPPED)),
        RunFinished(run_of(A, B, status=RunStatus.FAILED)),
    ) == [
        "apply 20261122-214812-3f9a: 2 units",
        f"{NAME}: planning",
        f"{NAME}: plan: 2 to add, 1 to destroy",
        f"{NAME}: applying",
        f"{NAME}: aws_vpc.main: created after 12s",
        f"{NAME}: aws_subnet.a: destroying failed after 2s",
        f"{NAME}: aws_subnet.b: mystery done after 2s",
        f"{NAME}: main.tf:3:1: error: it broke; fix it",
        f"{NAME}: applied after 12s (+2)",
        "client/client-0001/app: skipped",
        "apply 20261122-214812-3f9a: failed",
    ]


def test_a_run_that_was_refused_says_so_to_whoever_listens_from_the_middle_on() -> None:
    over = RunFinished(run_of(A, B, status=RunStatus.FAILED), refused=True)
    assert lines(UnitFinished(applied(A)), over)[-1] == "apply 20261122-214812-3f9a: refused"


def test_a_unit_to_be_destroyed_is_reported_as_destroyed() -> None:
    done = UnitResult(A, Outcome.APPLIED, 2.0, ResourceCounts(destroy=3))
    started = RunStarted(run_of(A, kind=RunKind.DESTROY))
    assert lines(started, PhaseEntered(A, Phase.APPLYING), UnitFinished(done))[1:] == [
        f"{NAME}: destroying",
        f"{NAME}: destroyed after 2s (-3)",
    ]


def test_a_note_is_logged_in_any_phase() -> None:
    assert lines(PhaseEntered(A, Phase.WAITING, "held by run x")) == [f"{NAME}: waiting (held by run x)"]


def test_a_slow_resource_is_logged_again() -> None:
    stream, clock = io.StringIO(), Clock()
    reporter = PlainReporter(stream, clock)
    reporter.report(stamped(ResourceProgress(A, "aws_db_instance.main", "create", "started")))
    for seconds in range(10, 100, 10):
        clock.now = float(seconds)
        reporter.report(stamped(ResourceProgress(A, "aws_db_instance.main", "create", "progress", seconds)))
    assert [line.rpartition(" ")[2] for line in stream.getvalue().splitlines()] == ["30s", "1m00s", "1m30s"]


class Following:
    """A reporter whose clock is moved by the test, and which is asked every second for what takes long."""

    def __init__(self) -> None:
        self.stream, self.clock = io.StringIO(), Clock()
        self.reporter = PlainReporter(self.stream, self.clock)

    def report(self, *progress: Progress) -> None:
        for item in progress:
            self.reporter.report(stamped(item))

    def wait(self, seconds: int) -> list[str]:
        """Let time pass; give the lines that came meanwhile."""
        before = len(self.stream.getvalue())
        for _ in range(seconds):
            self.clock.now += 1
            self.reporter.tick()
        return self.stream.getvalue()[before:].splitlines()


def test_a_step_that_takes_long_is_told_each_half_minute_with_the_last_that_was_said() -> None:
    following = Following()
    following.report(RunStarted(run_of(A, B)), PhaseEntered(A, Phase.PLANNING))
    following.report(ProgramSaid(A, "Terraform 1.11.4"))
    assert following.wait(29) == []
    assert following.wait(61) == [
        f"{NAME}: still planning after 30s; last said: Terraform 1.11.4",
        f"{NAME}: still planning after 1m00s; last said: Terraform 1.11.4",
        f"{NAME}: still planning after 1m30s; last said: Terraform 1.11.4",
    ]
    following.report(PhaseEntered(A, Phase.PLANNING, "attempt 2: throttled"))
    following.report(ResourceProgress(A, "data.vault_kv.x", "read", "started"))
    assert following.wait(30) == [
        f"{NAME}: still planning (attempt 2: throttled) after 2m00s; last said: data.vault_kv.x: reading"
    ]
    following.report(UnitFinished(applied(A)))
    assert following.wait(100) == []


def test_the_next_step_begins_anew() -> None:
    following = Following()
    following.report(RunStarted(run_of(A, kind=RunKind.DESTROY)), PhaseEntered(A, Phase.INITIALISING))
    following.report(ProgramSaid(A, "Initializing the backend..."))
    assert following.wait(30) == [
        f"{NAME}: still initialising after 30s; last said: Initializing the backend..."
    ]
    following.report(PhaseEntered(A, Phase.APPLYING))
    assert following.wait(30) == [f"{NAME}: still destroying after 30s"]


def test_a_unit_that_was_heard_of_is_not_told_again_soon() -> None:
    following = Following()
    following.report(RunStarted(run_of(A)), PhaseEntered(A, Phase.APPLYING))
    following.wait(20)
    following.report(ResourceProgress(A, "aws_vpc.main", "create", "done", 20))
    assert following.wait(29) == []
    assert following.wait(1) == [f"{NAME}: still applying after 50s; last said: aws_vpc.main: created"]


def test_who_waits_for_somebody_else_is_told_and_who_waits_for_a_person_is_not() -> None:
    following = Following()
    following.report(RunStarted(run_of(A, B)), PhaseEntered(A, Phase.WAITING, "held by run x"))
    following.report(PhaseEntered(B, Phase.PLANNING), PhaseEntered(B, Phase.AWAITING_APPROVAL))
    assert following.wait(59) == [f"{NAME}: still waiting (held by run x) after 30s"]


def test_what_comes_before_the_run_is_told_until_it_begins() -> None:
    following = Following()
    assert following.wait(30) == ["still preparing the run after 30s"]
    following.report(RunStarted(run_of(A)))
    assert following.wait(100) == []


def test_nothing_is_told_while_a_question_is_asked() -> None:
    following = Following()
    with following.reporter.paused():
        assert following.wait(100) == []
    assert following.wait(1) == ["still preparing the run after 1m41s"]


def test_control_characters_are_replaced() -> None:
    [line] = lines(PhaseEntered(A, Phase.PLANNING, "\x1b[2J"))
    assert "\x1b" not in line


def test_lines_of_many_threads_stay_whole() -> None:
    stream = io.StringIO()
    reporter = PlainReporter(stream)
    many = units(20)

    def work(index: int) -> None:
        for number in range(50):
            reporter.report(stamped(ResourceProgress(many[index], f"r.{number}", "create", "done", 1)))

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(many))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = stream.getvalue().splitlines()
    assert sorted(found) == sorted(
        f"{address}: r.{number}: created after 1s" for address in many for number in range(50)
    )


def test_lines_wait_until_a_question_is_answered() -> None:
    stream = io.StringIO()
    reporter = PlainReporter(stream)
    with reporter.paused():
        reporter.report(stamped(UnitFinished(applied(A))))
        assert stream.getvalue() == ""
    assert stream.getvalue() == f"{NAME}: applied after 12s (+2)\n"


def test_a_full_disk_does_not_stop_a_run() -> None:
    attempts: list[str] = []

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            attempts.append(text)
            raise OSError(28, "No space left on device")

    PlainReporter(Full()).report(stamped(RunStarted(run_of(A))))
    assert attempts == ["apply 20261122-214812-3f9a: 1 unit\n"]
