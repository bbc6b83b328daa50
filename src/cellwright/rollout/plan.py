"""A rollout's plan: its stages, budgets and cells. It is made at the start and never changed after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cellwright.model.address import CellAddress
from cellwright.model.settings.rollout_settings import (
    FailureMode,
    FreezeSettings,
    RolloutSettings,
    StepKind,
    StepSettings,
    WaveSettings,
)
from cellwright.rollout.cells import KnownCell, chosen
from cellwright.rollout.waves import Wave

SHARED = ""
"""The key of the budget that all waves share which have none of their own."""

_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """What has to be passed before a stage begins, or after it was baked."""

    kind: StepKind
    check: str = ""
    begin: int = 0
    """Of a time of day: minutes since midnight."""
    end: int = 0
    zone: str = ""
    label: str = ""
    """What it is called for people."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many cells of its stages may fail."""

    key: str
    """A wave's name, or `SHARED`."""
    tolerated: int
    total: int
    min_finished: int = 0
    """While fewer cells are over, a percentage does not count."""

    def allowed(self, finished: int) -> int:
        """Give how many may have failed once so many are over."""
        return self.tolerated if finished >= self.min_finished else self.most

    @property
    def most(self) -> int:
        """How many may have failed before a percentage counts."""
        return max(self.tolerated, min(self.min_finished, self.total) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A wave, or one of the parts that its size cuts it into. Times are milliseconds."""

    name: str
    wave: str
    first: int
    """Its cells are those of the plan from here on, up to but without `end`."""
    end: int
    parallel: int
    mode: FailureMode
    budget: int
    """Which of the plan's budgets."""
    bake: int = 0
    deadline: int | None = None
    before: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
    is_canary: bool = False
    """It is part of the first wave, whose bake is never skipped."""

    @property
    def cells(self) -> range:
        """The places of its cells in the plan."""
        return range(self.first, self.end)

    def steps(self, when: str) -> tuple[Step, ...]:
        """What is to be passed `before` or `after` it."""
        return self.before if when == "before" else self.after


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which some cells are not begun; milliseconds since 1970."""

    begin: int
    end: int
    reason: str

    def holds(self, now: int) -> bool:
        """Tell whether it is on."""
        return self.begin <= now < self.end


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """A cell's part in a rollout."""

    address: CellAddress
    needs: tuple[int, ...] = ()
    """Places of the cells whose outputs it takes, as far as they are part of the rollout."""
    freezes: tuple[int, ...] = ()
    """Which of the plan's freezes are about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutPlan:
    """What a rollout does, and in which order."""

    stages: tuple[Stage, ...]
    budgets: tuple[Budget, ...]
    cells: tuple[PlannedCell, ...]
    freezes: tuple[Freeze, ...] = ()

    def stage_of(self, place: int) -> Stage:
        """Give the stage of a cell."""
        return next(stage for stage in self.stages if stage.first <= place < stage.end)


def make_plan(
    strategy: RolloutSettings,
    waves: Sequence[Wave],
    known: Mapping[CellAddress, KnownCell],
    freezes: Sequence[FreezeSettings] = (),
) -> RolloutPlan:
    """Turn the waves of a strategy into a plan."""
    order = [cell for wave in waves for cell in wave.cells]
    places = {cell: place for place, cell in enumerate(order)}
    frozen = [{cell.address for cell in chosen(known.values(), freeze.cells)} for freeze in freezes]
    budgets = _budgets(strategy, waves)
    return RolloutPlan(
        stages=_stages(strategy, waves, budgets),
        budgets=tuple(budgets),
        cells=tuple(
            PlannedCell(
                cell,
                tuple(sorted(places[need] for need in _needs(known, cell) if need in places)),
                tuple(index for index, members in enumerate(frozen) if cell in members),
            )
            for cell in order
        ),
        freezes=tuple(
            Freeze(milliseconds_of(item.begin), milliseconds_of(item.end), item.reason) for item in freezes
        ),
    )


def _needs(known: Mapping[CellAddress, KnownCell], cell: CellAddress) -> frozenset[CellAddress]:
    return known[cell].needs if cell in known else frozenset()


def _budgets(strategy: RolloutSettings, waves: Sequence[Wave]) -> list[Budget]:
    """One budget for each wave that has its own, and one for all others together."""
    shared = sum(len(wave.cells) for wave in waves if wave.settings.max_failures is None)
    allowed = strategy.max_failures
    least = strategy.min_finished if allowed.is_percent else 0
    found = {SHARED: Budget(SHARED, allowed.of(shared), shared, least)}
    for wave in waves:
        own = wave.settings.max_failures
        if own is not None:
            least = wave.settings.min_finished if own.is_percent else 0
            name = wave.settings.name
            found[name] = Budget(name, own.of(wave.whole), wave.whole, least)
    return list(found.values())


def _stages(strategy: RolloutSettings, waves: Sequence[Wave], budgets: Sequence[Budget]) -> tuple[Stage, ...]:
    indexes = {budget.key: index for index, budget in enumerate(budgets)}
    stages: list[Stage] = []
    first = 0
    for wave in waves:
        settings = wave.settings
        deadline = settings.deadline or strategy.deadline
        stages.append(
            Stage(
                name=wave.name,
                wave=settings.name,
                first=first,
                end=first + len(wave.cells),
                parallel=settings.max_parallel.of(len(wave.cells), 1),
                mode=settings.failure_mode or strategy.failure_mode,
                budget=indexes[_budget_key(settings)],
                bake=settings.bake * _THOUSAND,
                deadline=None if deadline is None else deadline * _THOUSAND,
                before=tuple(map(_step, settings.before)),
                after=tuple(map(_step, settings.after)),
                is_canary=settings.name == waves[0].settings.name,
            )
        )
        first += len(wave.cells)
    return tuple(stages)


def _budget_key(settings: WaveSettings) -> str:
    return SHARED if settings.max_failures is None else settings.name


def _step(settings: StepSettings) -> Step:
    return Step(
        settings.kind, settings.check, settings.begin, settings.end, settings.zone, label=str(settings)
    )


def milliseconds_of(moment: str) -> int:
    """Give a moment as milliseconds since 1970."""
    return int(datetime.fromisoformat(moment).timestamp() * _THOUSAND)
