"""Rollouts: the list, one with its waves, cells and what waits, and what would begin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cellwright.app.rollouts.preparing import Prepared
from cellwright.app.rollouts.shapes import ShapeGroup
from cellwright.app.rollouts.status import RolloutView, needs_person, view_of
from cellwright.ledger.rollouts.questions import RolloutQuestion
from cellwright.ledger.rollouts.values import RolloutRecord, RolloutSummary
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.plan import summary_to_json
from cellwright.model.runs.run import Operation
from cellwright.remote.documents.findings import diagnostics_from
from cellwright.remote.documents.runs import plan_from
from cellwright.rollout.plan import SHARED, Budget, Freeze, PlannedCell, RolloutPlan, Stage, Step
from cellwright.rollout.state import (
    CellProgress,
    Phase,
    RolloutState,
    RolloutStatus,
    StepKey,
    StepProgress,
    StepState,
)
from cellwright.rollout.worst_case import BudgetCase, WorstCase

_THOUSAND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPrepared(Prepared):
    """A rollout that could begin now, as a server has shown it."""

    seen: str = ""
    """Names it for the server, which refuses to begin another one."""


def summary_from(item: Any) -> RolloutSummary:  # noqa: ANN401  a document, here and below
    """A rollout of a list."""
    return RolloutSummary(
        id=item["rollout"],
        strategy=item["strategy"],
        commit=item["commit"],
        made_by=item["by"],
        made_at=item["made_at"],
        reason=item["reason"],
        status=RolloutStatus(item["status"]),
        why=item["why"],
        changed_at=item["changed_at"],
        phases=item["cells"],
    )


def view_from(document: Any, cells: Sequence[Any]) -> RolloutView:  # noqa: ANN401  as above
    """One rollout, with all its cells."""
    return view_of(_record(document, cells), groups_from(document))


def groups_from(document: Any) -> tuple[ShapeGroup, ...]:  # noqa: ANN401  as above
    """The plans that wait, by what they do."""
    return tuple(map(_group, document["waiting_plans"]))


def needs_person_from(document: Any) -> bool:  # noqa: ANN401  as above
    """Tell whether nothing of the rollout goes on until somebody answers or resumes it."""
    return needs_person(
        summary_from(document),
        plans_wait=bool(document["waiting_plans"]),
        waits_for_approval=document["waits_for_approval"],
    )


def _record(document: Any, cells: Sequence[Any]) -> RolloutRecord:  # noqa: ANN401  as above
    worst = document["worst_case"]
    budgets = tuple(map(_budget, worst["budgets"])) if worst is not None else ()
    summary = summary_from(document)
    current = [number for number, wave in enumerate(document["waves"]) if wave["current"]]
    return RolloutRecord(
        summary=summary,
        plan=RolloutPlan(
            stages=_stages(document["waves"], budgets),
            budgets=budgets,
            cells=tuple(PlannedCell(CellAddress.parse(item["cell"])) for item in cells),
        ),
        state=RolloutState(
            status=summary.status,
            stage=current[0] if current else len(document["waves"]),
            cells=tuple(map(_progress, cells)),
            steps=dict(_steps(document["waves"])),
            why=summary.why,
        ),
        task={"rollback_of": document["rollback_of"] or ""},
    )


def prepared_from(document: Any) -> SeenPrepared:  # noqa: ANN401  as above
    """Who would change when."""
    worst = document["worst_case"]
    waves = document["waves"]
    cells = [cell for wave in waves for cell in wave["cells"]]
    budgets = tuple(map(_budget, worst["budgets"]))
    return SeenPrepared(
        strategy=document["strategy"],
        commit=document["commit"],
        plan=RolloutPlan(
            stages=_stages(waves, budgets),
            budgets=budgets,
            cells=tuple(PlannedCell(CellAddress.parse(item["cell"])) for item in cells),
        ),
        units={CellAddress.parse(item["cell"]): item["units"] for item in cells},
        before={},
        worst=WorstCase(tuple(map(_case, worst["budgets"])), worst["failed"]),
        warnings=diagnostics_from(document["warnings"]),
        suspended=tuple(map(CellAddress.parse, document["suspended"])),
        freezes=tuple(
            (Freeze(_milliseconds(item["from"]), _milliseconds(item["to"]), item["reason"]), item["cells"])
            for item in document["freezes"]
        ),
        seen=document["seen"],
    )


def _stages(waves: Iterable[Any], budgets: Sequence[Budget]) -> tuple[Stage, ...]:
    numbers = {budget.key: number for number, budget in enumerate(budgets)}
    stages: list[Stage] = []
    first = 0
    for wave in waves:
        counted = wave["cells"]
        size = sum(counted.values()) if isinstance(counted, dict) else len(counted)
        name = wave["wave"]
        stages.append(
            Stage(
                name=wave["name"],
                wave=name,
                first=first,
                end=first + size,
                parallel=wave["max_parallel"],
                mode=wave["failure_mode"],
                budget=numbers.get(name, numbers.get(SHARED, 0)),
                bake=wave["bake"] * _THOUSAND,
                deadline=None if wave["deadline"] is None else wave["deadline"] * _THOUSAND,
                before=tuple(map(_step, wave["before"])),
                after=tuple(map(_step, wave["after"])),
            )
        )
        first += size
    return tuple(stages)


def _step(item: Any) -> Step:  # noqa: ANN401  as above
    return Step("check", label=item) if isinstance(item, str) else Step(item["kind"], label=item["step"])


def _steps(waves: Sequence[Any]) -> Iterable[tuple[StepKey, StepProgress]]:
    for number, wave in enumerate(waves):
        for when in ("before", "after"):
            for place, item in enumerate(wave[when]):
                progress = StepProgress(StepState(item["state"]), 0, item["by"], item["why"])
                yield StepKey(number, when, place), progress


def _budget(item: Any) -> Budget:  # noqa: ANN401  as above
    return Budget(item["wave"] or SHARED, item["tolerated"], item["cells"], item["min_finished"])


def _case(item: Any) -> BudgetCase:  # noqa: ANN401  as above
    return BudgetCase(_budget(item), item["parallel"], item["failed"])


def _progress(item: Any) -> CellProgress:  # noqa: ANN401  as above
    return CellProgress(
        phase=Phase(item["phase"]),
        attempt=item["attempt"],
        run=item["run"] or "",
        begun=_milliseconds(item["begun"]),
        ended=_milliseconds(item["ended"]),
        why=item["why"],
    )


def _milliseconds(moment: str | None) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * _THOUSAND) if moment else 0


def _group(item: Any) -> ShapeGroup:  # noqa: ANN401  as above
    plan = {
        "summary": summary_to_json(plan_from(item["plan"], item["resources"])),
        "plan_digest": item["group"],
        "fingerprint": "",
        "state": None,
        "attempt_id": "",
        "path": "",
        "sha256": "",
    }
    questions = tuple(
        RolloutQuestion(
            run=run,
            unit=UnitAddress.parse(unit),
            plan_digest=item["group"],
            asked_at=item["since"],
            operation=Operation(item["operation"]),
            plan=plan,
        )
        for unit, run in zip(item["units"], item["runs"], strict=True)
    )
    return ShapeGroup(item["shape"], questions)
