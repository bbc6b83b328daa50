"""How long it takes to group the plans of a rollout that wait, by what they do.

    python benchmarks/rollouts/grouping.py [--plans 10000] [--shapes 7]

A ledger is filled with a rollout of so many cells, each of which has a plan that waits. They are read,
grouped and drawn as `rollout status` does it.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from cellwright.app.rollouts.shapes import shape_groups
from cellwright.cli.views.change.rollouts import groups
from cellwright.ledger.database.codec import dump
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.database.sql import text
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.rollouts.questions import open_questions
from cellwright.ledger.rollouts.values import NewRollout
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.position import Position
from cellwright.model.settings.rollout_settings import RolloutSettings, WaveSettings
from cellwright.model.value import Json
from cellwright.rollout.cells import KnownCell
from cellwright.rollout.plan import make_plan
from cellwright.rollout.waves import assign

WANTED = 2.0
_HERE = Position("fleet.yaml", 1, 1)
_RUN = text(
    "INSERT INTO runs (id, kind, status, actor, reason, started, unit_count)"
    " VALUES (:run, 'apply', 'running', 'ada', '', '2026-11-22T21:48:12+00:00', 1)"
)
_UNIT = text(
    "INSERT INTO run_units (run, unit, ordinal, operation, wave, state, attempt, seconds, plan)"
    " VALUES (:run, :unit, 0, 'apply', 0, 'planned', 1, 0, :plan)"
)
_ASKED = text(
    "INSERT INTO approvals (run, unit, plan_digest, asked_at)"
    " VALUES (:run, :unit, :run, '2026-11-22T21:49:00')"
)
_CELL = text(
    "UPDATE rollout_cells SET phase = 'running', run = :run WHERE rollout = 'ro-1' AND place = :place"
)


def fill(ledger: Ledger, plans: int, shapes: int) -> None:
    """Record a rollout of whose cells each waits for an answer."""
    known = [KnownCell(CellAddress("client", f"c{number:05}")) for number in range(plans)]
    settings = RolloutSettings(
        name="it", position=_HERE, waves=(WaveSettings(name="all", cells=("*",), position=_HERE),)
    )
    plan = make_plan(settings, assign(settings, known).waves, {cell.address: cell for cell in known})
    new = NewRollout(id="ro-1", strategy="it", commit="c0ffee", made_by="ada", reason="", plan=plan, task={})
    ledger.rollouts.start(new, Actor("ada"), {})
    rows = [
        {
            "run": f"run-{place:05}",
            "unit": f"{item.address}/app",
            "place": place,
            "plan": dump(_plan(place, place % shapes)),
        }
        for place, item in enumerate(plan.cells)
    ]
    with ledger.database.write() as connection:
        for statement in (_RUN, _UNIT, _ASKED, _CELL):
            connection.execute(statement, rows)


def _plan(place: int, kind: int) -> Json:
    counts: Json = {"add": 1, "change": 2, "destroy": 0, "replace": 0, "forget": 0}
    attributes: Json = [[f"tags.{key}", "before", f"after {place}"] for key in "abcdefgh"]
    resources: Json = [[f"aws_s3_bucket.files[{index}]", "update", attributes] for index in range(5)]
    summary: Json = {
        "counts": counts,
        "resources": resources,
        "outputs": ["id"],
        "applyable": True,
        "taken_from": "",
        "whole": f"{place:064}",
        "nameless": f"{place:064}",
        "shape": f"{kind:064}",
    }
    return {
        "summary": summary,
        "plan_digest": f"{place:064}",
        "fingerprint": f"{place:064}",
        "state": None,
        "attempt_id": "a",
        "path": "plan",
        "sha256": f"{place:064}",
    }


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, default=10_000)
    parser.add_argument("--shapes", type=int, default=7)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        open_ledger(sqlite_url(Path(name) / "ledger.db"), create=True) as ledger,
    ):
        fill(ledger, chosen.plans, chosen.shapes)
        begun, cpu = time.perf_counter(), time.process_time()
        waiting = open_questions(ledger.database, "ro-1")
        read = time.process_time()
        found = shape_groups(waiting)
        groups(found)
        seconds, spent = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{len(waiting):,} plans in {len(found)} groups: {seconds:.2f} s, {spent:.2f} CPU s")
    print(
        f"read: {read - cpu:.2f} CPU s; grouped and drawn, one line a group: {spent - read + cpu:.2f} CPU s"
    )
    return int(spent > WANTED)


if __name__ == "__main__":
    sys.exit(main())
