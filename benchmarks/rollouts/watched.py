"""Watches a simulated rollout from outside, by plain SQL: is any budget exceeded at any moment?"""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.rollout.plan import RolloutPlan
from cellwright.rollout.worst_case import worst_case

_CELLS = "SELECT place, phase, run, attempt FROM rollout_cells WHERE rollout = ?"
_RUNNING = (
    "SELECT c.place, r.id FROM runs r LEFT JOIN rollout_cells c ON c.run = r.id AND c.rollout = ?"
    " WHERE r.status = 'running'"
)
_ENDS = (
    "SELECT subject, count(*) FROM events WHERE action = 'run.finished' GROUP BY subject HAVING count(*) <> 1"
)
_STARTS = "SELECT count(*), count(DISTINCT subject) FROM events WHERE action = 'run.started'"
_AT_WORK = ("starting", "running", "overdue")
_LOST = ("failed", "overdue")


@dataclass(slots=True)
class Watcher:
    """Looks at a ledger as often as it is asked to."""

    ledger: Path
    rollout: str
    plan: RolloutPlan
    looks: int = 0
    most_at_once: int = 0
    faults: list[str] = field(default_factory=list)
    status: str = "pending"
    phases: Counter[str] = field(default_factory=Counter)

    def look(self) -> None:
        """Take one picture of the ledger, and judge it."""
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True, timeout=60)) as connection:
            connection.execute("BEGIN")
            cells = connection.execute(_CELLS, (self.rollout,)).fetchall()
            running = connection.execute(_RUNNING, (self.rollout,)).fetchall()
            (self.status,) = connection.execute(
                "SELECT status FROM rollouts WHERE id = ?", (self.rollout,)
            ).fetchone()
        self.looks += 1
        self.phases = Counter(phase for _, phase, _, _ in cells)
        self._judge_work({place for place, phase, _, _ in cells if phase in _AT_WORK}, "cells")
        if strays := [run for place, run in running if place is None]:
            self.faults.append(f"runs of no cell: {strays[:3]}")
        self._judge_work({place for place, _ in running if place is not None}, "runs")
        if any(attempt > 1 for *_, attempt in cells):
            self.faults.append("a cell was begun twice")
        self._judge_failures({place for place, phase, _, _ in cells if phase in _LOST})

    def judge_end(self) -> None:
        """Judge what is on record once nothing goes on."""
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True, timeout=60)) as connection:
            if ends := connection.execute(_ENDS).fetchall():
                self.faults.append(f"runs that ended twice: {ends[:3]}")
            started, distinct = connection.execute(_STARTS).fetchone()
        over = sum(self.phases[phase] for phase in ("succeeded", "unchanged", "failed"))
        if not started == distinct == over:
            self.faults.append(f"{started} runs were started, {distinct} of them once; {over} cells are over")

    def _judge_work(self, places: set[int], what: str) -> None:
        self.most_at_once = max(self.most_at_once, len(places))
        stages = {self.plan.stage_of(place).name: self.plan.stage_of(place) for place in places}
        if len(stages) > 1:
            self.faults.append(f"{what} of several waves at once: {', '.join(stages)}")
        for stage in stages.values():
            if len(places) > stage.parallel:
                self.faults.append(f"{len(places)} {what} of {stage.name} at once, {stage.parallel} may be")

    def _judge_failures(self, places: set[int]) -> None:
        found = worst_case(self.plan)
        failed = Counter(self.plan.stage_of(place).budget for place in places)
        cases = {case.budget: case for case in found.cases}
        for index, count in failed.items():
            if count > cases[self.plan.budgets[index]].failed:
                self.faults.append(f"{count} cells of budget {index} failed")
        if len(places) > found.failed:
            self.faults.append(f"{len(places)} cells failed, at worst {found.failed} may")
