"""Rollouts for the golden files."""

from dataclasses import replace

from cellwright.app.rollouts.preparing import Prepared
from cellwright.app.rollouts.shapes import ShapeGroup
from cellwright.app.rollouts.status import view_of
from cellwright.ledger.rollouts.questions import RolloutQuestion
from cellwright.ledger.rollouts.values import RolloutRecord, RolloutSummary
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import warning
from cellwright.model.position import Position
from cellwright.model.runs.run import Operation
from cellwright.model.settings.rollout_settings import Amount, RolloutSettings, StepSettings, WaveSettings
from cellwright.model.value import Json
from cellwright.rollout.cells import KnownCell
from cellwright.rollout.plan import Freeze, RolloutPlan, make_plan
from cellwright.rollout.state import (
    CellProgress,
    Phase,
    RolloutState,
    RolloutStatus,
    StepKey,
    StepProgress,
    StepState,
    first_state,
)
from cellwright.rollout.waves import assign
from cellwright.rollout.worst_case import worst_case

HERE = Position("fleet.yaml", 12, 5)
COMMIT = "c0ffee0123456789c0ffee0123456789c0ffee01"
CELLS = [
    KnownCell(CellAddress("client", name), {"ring": ring})
    for name, ring in (
        ("acme", "canary"),
        ("globex", "early"),
        ("hooli", "early"),
        *((f"tenant-{number:03}", "late") for number in range(1, 41)),
    )
]
STRATEGY = RolloutSettings(
    name="standard",
    position=HERE,
    waves=(
        WaveSettings(
            name="canary",
            cells=("ring=canary",),
            bake=3600,
            after=(StepSettings(kind="check", check="smoke", position=HERE),),
            position=HERE,
        ),
        WaveSettings(
            name="early",
            cells=("ring=early",),
            max_parallel=Amount(50, is_percent=True),
            after=(StepSettings(kind="approval", position=HERE),),
            position=HERE,
        ),
        WaveSettings(
            name="general",
            cells=("*",),
            size=Amount(50, is_percent=True),
            max_parallel=Amount(10),
            max_failures=Amount(5, is_percent=True),
            failure_mode="soft",
            position=HERE,
        ),
    ),
)


def _plan() -> RolloutPlan:
    found = assign(STRATEGY, CELLS)
    return make_plan(STRATEGY, found.waves, {cell.address: cell for cell in CELLS})


PLAN = _plan()
PREPARED = Prepared(
    strategy="standard",
    commit=COMMIT,
    plan=PLAN,
    units={cell.address: 2 for cell in CELLS},
    before={},
    worst=worst_case(PLAN),
    suspended=(CellAddress("client", "initech"),),
    freezes=((Freeze(1_797_721_200_000, 1_798_930_800_000, "year's end"), 2),),
    warnings=(warning("the wave 'late' takes the rest, and no cell is left for it", "it is skipped", HERE),),
)


def _record(state: RolloutState, reason: str = "a new default") -> RolloutRecord:
    counts: dict[str, int] = {}
    for cell in state.cells:
        counts[cell.phase.value] = counts.get(cell.phase.value, 0) + 1
    summary = RolloutSummary(
        id="ro-20261122-214812-3f9a01bc",
        strategy="standard",
        commit=COMMIT,
        made_by="Ada Example <ada@example.com>",
        made_at="2026-11-22T21:48:12.000000+00:00",
        reason=reason,
        status=state.status,
        why=state.why,
        changed_at="2026-11-22T22:10:00.000000+00:00",
        phases=counts,
    )
    return RolloutRecord(summary=summary, plan=PLAN, state=state, task={})


def _changed(phase: Phase, number: int, why: str = "") -> CellProgress:
    run = f"20261122-2149{number:02}-0a1b2c3d"
    ended = 1_795_384_200_000 + number if phase.is_over else 0
    return CellProgress(phase, 1, run, 1_795_384_100_000 + number, ended, why.replace("RUN", run))


def _with(status: RolloutStatus, stage: int, why: str, *cells: CellProgress) -> RolloutState:
    fresh = first_state(PLAN)
    return replace(fresh, status=status, stage=stage, why=why, cells=(*cells, *fresh.cells[len(cells) :]))


_FAILED = "run RUN failed: app: creating S3 Bucket ({}-files): AccessDenied"
_HALTED = _with(
    RolloutStatus.HALTED,
    2,
    "2 cells of the wave 'general' failed, 1 may",
    _changed(Phase.SUCCEEDED, 1),
    _changed(Phase.UNCHANGED, 2),
    _changed(Phase.SUCCEEDED, 3),
    _changed(Phase.FAILED, 4, _FAILED.format("tenant-001")),
    _changed(Phase.FAILED, 5, _FAILED.format("tenant-002")),
    CellProgress(Phase.SKIPPED, why="it is suspended"),
)
_WAITING = replace(
    _with(RolloutStatus.WAITING, 0, "after wave canary: check smoke", _changed(Phase.SUCCEEDED, 1)),
    steps={StepKey(0, "after", 0): StepProgress(StepState.OPEN)},
)
_RUNNING = _with(
    RolloutStatus.RUNNING,
    1,
    "wave early",
    _changed(Phase.SUCCEEDED, 1),
    _changed(Phase.RUNNING, 2),
)
_APPROVAL = _with(
    RolloutStatus.WAITING,
    1,
    "after wave early: approval",
    _changed(Phase.SUCCEEDED, 1),
    _changed(Phase.SUCCEEDED, 2),
    _changed(Phase.SUCCEEDED, 3),
)


def _question(cell: str, stack: str) -> RolloutQuestion:
    plan: Json = {
        "summary": {
            "counts": {"add": 1, "change": 2, "destroy": 0, "replace": 0, "forget": 0},
            "resources": [],
            "outputs": [],
            "applyable": True,
        },
        "plan_digest": "d1",
        "fingerprint": "f1",
        "state": None,
        "attempt_id": "a1",
        "path": "plan",
        "sha256": "s1",
    }
    return RolloutQuestion(
        run="20261122-214901-0a1b2c3d",
        unit=UnitAddress("client", cell, stack),
        plan_digest=f"d-{cell}",
        asked_at="2026-11-22T21:49:00+00:00",
        operation=Operation.APPLY,
        plan=plan,
    )


GROUPS = (
    ShapeGroup("4f2a9c0d1e3b5a7788", (_question("globex", "app"), _question("hooli", "app"))),
    ShapeGroup("9b1c2d3e4f50617283", (_question("globex", "sftp"),)),
)
HALTED = view_of(_record(_HALTED), ())
WAITING = view_of(_record(_WAITING), ())
RUNNING = view_of(_record(_RUNNING), GROUPS)
APPROVAL = view_of(_record(_APPROVAL), ())
PAUSED = view_of(
    _record(replace(_WAITING, status=RolloutStatus.PAUSED, why="check smoke could not be read: no answer")),
    (),
)
LISTED = (HALTED.record.summary, replace(RUNNING.record.summary, id="ro-20261121-090000-00aa11bb", reason=""))
