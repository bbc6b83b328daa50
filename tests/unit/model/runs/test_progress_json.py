import json
from dataclasses import replace
from typing import Any

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error, warning
from cellwright.model.position import Position
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ProgressEvent,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
    unit_of,
)
from cellwright.model.runs.progress_json import from_json, to_json
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult

APP = UnitAddress("client", "acme", "app")
RUN = Run(
    id="20261122-214812-3f9a",
    kind=RunKind.APPLY,
    status=RunStatus.RUNNING,
    actor="ada",
    reason="more",
    started="2026-11-22T21:48:12+00:00",
    finished=None,
    commit="c0ffee",
    units=(RunUnit(APP, Operation.DESTROY, 2),),
)
PLAN = PlanSummary(
    ResourceCounts(1, 2, 3, 4),
    (ResourceChange("aws_s3_bucket.b", Action.REPLACE, (AttributeChange("name", "a", "(sensitive)"),)),),
    ("arn",),
    applyable=True,
)
RESULT = UnitResult(
    APP, Outcome.FAILED, 1.5, ResourceCounts(add=1), (error("no", "make it", Position("main.tf", 3, 7)),)
)
EVERY: tuple[Progress, ...] = (
    RunStarted(RUN),
    PhaseEntered(APP, Phase.AWAITING_APPROVAL, "held by nobody"),
    UnitPlanned(APP, PLAN),
    ResourceProgress(APP, "aws_s3_bucket.b", "create", "progress", 10.0),
    ProgramSaid(APP, "Initializing the backend..."),
    DiagnosticSeen(APP, warning("deprecated", "use another")),
    UnitFinished(RESULT),
    RunFinished(RUN),
    RunFinished(replace(RUN, status=RunStatus.FAILED), refused=True),
)


def test_a_run_that_was_refused_is_told_by_the_word_that_is_shown() -> None:
    stored: Any = [
        to_json(ProgressEvent(run=RUN.id, unit=None, time="", sequence=1, progress=item))
        for item in EVERY[-2:]
    ]
    assert [item["detail"]["status"] for item in stored] == [RUN.status.value, "refused"]


@pytest.mark.parametrize("progress", EVERY, ids=lambda item: type(item).__name__)
def test_an_event_comes_back_as_it_was(progress: Progress) -> None:
    event = ProgressEvent(
        run=RUN.id,
        unit=unit_of(progress),
        time="2026-11-22T21:48:12.345678+00:00",
        sequence=7,
        progress=progress,
    )
    document = json.loads(json.dumps(to_json(event)))
    assert from_json(document) == event
    assert (document["run"], document["sequence"], document["time"]) == (event.run, 7, event.time)
    assert document["unit"] == (str(APP) if unit_of(progress) else None)


def test_every_kind_of_progress_is_here() -> None:
    assert {type(item) for item in EVERY} == set(Progress.__args__)
