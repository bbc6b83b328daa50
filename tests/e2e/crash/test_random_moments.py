"""Killed again and again at moments that nobody chose: in the end every unit was applied exactly once."""

import random
import time
from functools import partial
from pathlib import Path

import pytest

from binaries import FIRST_QUICK
from e2e.conftest import Start
from e2e.kit.crashes import MARKS, failed_marks, half_written, in_state, leases, once_each, runs, twenty_units
from e2e.kit.desk import Desk
from e2e.kit.program import Program, Running
from examples import examples
from patience import PATIENCE

pytestmark = pytest.mark.parametrize("binary_of_the_machine_here", FIRST_QUICK, indirect=True)

ROUNDS, ROUNDS_OF_ALL = examples(15), examples(8)
LONGEST_PAUSE = 0.15


def test_cellwright_killed_at_random_applies_every_unit_once(tmp_path: Path, program: Start) -> None:
    fleet = twenty_units(tmp_path)
    cellwright, chance = program(fleet), random.Random(20261122)  # noqa: S311  no secret hangs on it
    for _ in range(ROUNDS):
        with cellwright.started(*_next(cellwright)) as running:
            if not _go_on(running, fleet.desk, chance):
                break
            running.kill()
    _finish(cellwright)
    assert fleet.desk.count("begin") == once_each()
    assert fleet.desk.count("done") == once_each()


@pytest.mark.long
def test_everything_killed_at_random_repeats_nothing_that_is_there(tmp_path: Path, program: Start) -> None:
    fleet = twenty_units(tmp_path)
    cellwright, chance = program(fleet), random.Random(20261123)  # noqa: S311  no secret hangs on it
    for _ in range(ROUNDS_OF_ALL):
        settled = {mark: fleet.desk.count("begin")[mark] for mark in in_state(fleet)}
        with cellwright.started(*_next(cellwright)) as running:
            if not _go_on(running, fleet.desk, chance):
                break
            # Terraform empties a local state and then writes it: a kill in between is its own harm, not ours.
            running.kill_tree(not_while=partial(half_written, fleet, settled))
        begun = fleet.desk.count("begin")
        assert {mark: begun[mark] for mark in settled} == settled
    _finish(cellwright)
    assert in_state(fleet) == set(MARKS)
    assert set(fleet.desk.count("done")) == set(MARKS)


def _next(cellwright: Program) -> tuple[str, ...]:
    begun = cellwright.fleet.ledger.exists() and runs(cellwright.fleet)
    return ("resume" if begun else "apply", "--yes")


def _go_on(running: Running, desk: Desk, chance: random.Random) -> bool:
    """Let it work for a random while; tells if it is still at it."""
    wanted = len(desk.lines()) + chance.randrange(6)
    deadline = time.monotonic() + PATIENCE
    while len(desk.lines()) < wanted and running.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, LONGEST_PAUSE))
    return running.process.poll() is None


def _finish(cellwright: Program) -> None:
    fleet = cellwright.fleet
    if runs(fleet)[0].status.value != "succeeded":
        cellwright.run("resume", "--yes").expect(0)
    assert (leases(fleet), failed_marks(fleet)) == ([], {})
    assert cellwright.look("status", "--json").document["counts"]["up_to_date"] == len(MARKS)
    cellwright.look("events", "verify").expect(0)
