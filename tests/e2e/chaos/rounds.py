"""Rounds: some settings change, commands are struck while they apply them, and all is brought in order."""

import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from e2e.chaos.arena import CELLS, STACKS, Arena
from e2e.chaos.recovery import Recovered, recover
from e2e.chaos.strikes import LONGEST_PAUSE, Strike
from e2e.kit.crashes import half_written
from e2e.kit.program import Answer, Running, processes_about
from e2e.kit.waiting import eventually

LINES = 18
"""About as many lines of progress as two units make."""


@dataclass(slots=True)
class Report:
    """How a bout went: some rounds, one blow each."""

    kinds: list[str]
    codes: list[int] = field(default_factory=list)
    """Of the commands that were struck: fewer, if one was done before its turn."""
    seconds: float = 0.0
    again: int = 0
    """How often something was made a second time, which only what Terraform was killed in may be."""
    recovered: Recovered = field(default_factory=Recovered)


def play(arena: Arena, strikes: Sequence[Strike]) -> Report:
    """Change some settings, strike the commands that apply them, one after the other, and bring all in order.

    Raises:
        AssertionError: a promise was broken.
    """
    report, started = Report([strike.name for strike in strikes]), time.monotonic()
    cells = arena.chance.sample(CELLS, arena.chance.choice((1, 1, 2)))
    before, lines = {verb: arena.counts(verb) for verb in ("begin", "done")}, len(arena.fleet.desk.lines())
    arena.change(cells)
    for strike in strikes:
        answer = _strike(arena, strike)
        report.codes.append(answer.code)
        strike.mend(arena)
        _answered_truly(arena, strike, answer)
        if answer.code == 0:
            # Nothing is left of this change for the next blow to hit.
            break
    played = strikes[: len(report.codes)]
    report.recovered = recover(arena)
    made = {verb: arena.counts(verb) - before[verb] for verb in before}
    report.again = _made_once(played, cells, made, report.recovered)
    _in_order(arena, cells, lines)
    _at_rest(arena)
    report.kinds = report.kinds[: len(played)]
    report.seconds = time.monotonic() - started
    return report


def _strike(arena: Arena, strike: Strike) -> Answer:
    lines, pause = arena.chance.randrange(LINES), arena.chance.uniform(0, LONGEST_PAUSE)
    command = "resume" if arena.unfinished() else "apply"
    with arena.cellwright.started(command, "--yes", "--json") as running:
        said = _read_lines(running, lines)
        time.sleep(pause)
        if running.process.poll() is None:
            # What Terraform leaves of a local state that it is just writing is told in a test of its own.
            _let_write(arena, strike)
            strike.hit(arena, running)
        answer = running.finish()
        return replace(answer, err=said + answer.err)


def _let_write(arena: Arena, strike: Strike) -> None:
    if strike.kills_terraform and arena.states.settings is None:
        known = {f"{cell}-{stack}" for cell in CELLS for stack in STACKS}
        eventually(lambda: not half_written(arena.fleet, known), "the states to be written")


def _read_lines(running: Running, count: int) -> str:
    stream = running.process.stderr
    assert stream is not None
    return "".join(stream.readline() for _ in range(count))


def _answered_truly(arena: Arena, strike: Strike, answer: Answer) -> None:
    """What it said about how it ended has to be so."""
    if strike.name == "interrupt" and answer.text.rstrip(": \n").endswith("KeyboardInterrupt"):
        # It came while Python was loading the program, or ending: nobody can catch it there.
        assert answer.code in {0, 1, -signal.SIGINT}, answer.text
        if answer.code:
            return
    else:
        assert "Traceback" not in answer.text, answer.text
    assert "internal error" not in answer.text, answer.text
    if strike.kills_us and answer.code == -9:
        return
    # An interrupt before Python has taken it over ends any program.
    ends = (0, 1, 130, -signal.SIGINT) if strike.name == "interrupt" else (0, 1)
    assert answer.code in ends, f"it ended with {answer.code}: {answer.text}"
    if answer.code == 0:
        assert not arena.wrong(), f"it said that all is well: {arena.wrong()}"
    elif answer.code == 1:
        assert answer.document, f"it does not say what is wrong: {answer.text}"


def _made_once(
    strikes: Sequence[Strike], cells: list[str], made: dict[str, Counter[str]], recovered: Recovered
) -> int:
    """Every resource of the changed cells was made once; gives how often something was, with leave, again."""
    wanted = {f"{cell}-{stack}" for cell in cells for stack in STACKS}
    assert set(made["done"]) == wanted, f"made: {made}"
    leave = Counter(unit.removeprefix("client/").replace("/", "-") for unit in recovered.accepted)
    leave += Counter(_mark(path) for path in recovered.removed)
    for _ in (strike for strike in strikes if strike.kills_terraform):
        leave += Counter(wanted)
    for mark in wanted:
        assert made["done"][mark] <= 1 + leave[mark], f"{mark} was made twice: {made}; {recovered}"
        assert made["begin"][mark] <= 1 + leave[mark], f"{mark} was begun twice: {made}; {recovered}"
    return (made["done"] - Counter(wanted)).total()


def _mark(path: str) -> str:
    cell, stack = path.partition("/work/client/")[2].split("/")[:2]
    return f"{cell}-{stack}"


def _in_order(arena: Arena, cells: list[str], since: int) -> None:
    """Nothing is begun before what it takes outputs from is made."""
    log = arena.fleet.desk.lines()[since:]
    for cell in cells:
        assert log.index(f"done {cell}-first") < log.index(f"begin {cell}-second"), log


def _plans(arena: Arena) -> list[Path]:
    return list((arena.fleet.home / "work").rglob("*.tfplan"))


def _at_rest(arena: Arena) -> None:
    assert not arena.wrong(), f"the states are not as they should be: {arena.wrong()}"
    assert not arena.held(), f"leases are left: {arena.held()}"
    arena.cellwright.look("events", "verify").expect(0)
    with suppress(AssertionError):
        eventually(lambda: not processes_about(arena.fleet.home / "work"), "all processes to end")
    assert not processes_about(arena.fleet.home / "work")
    if _plans(arena):
        # A folder that could not be written kept its plan; the unit is up to date, so nobody opens it again.
        arena.cellwright.look("prune", "--yes").expect(0)
    assert not _plans(arena), "a plan with secrets was left"
